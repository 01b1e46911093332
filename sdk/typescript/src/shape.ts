type Word =
  | "text"
  | "id"
  | "datetime"
  | "date"
  | "decimal"
  | "integer"
  | "number"
  | "boolean"
  | "json"
  | "object";

/**
 * What a value of an answer looks like. A word with `?` may be null; a member with `?` may be
 * missing; a record is one of a collection.
 */
export type Shape =
  | Word
  | `${Word}?`
  | { readonly one: readonly string[] }
  | { readonly list: Shape }
  | { readonly nullable: Shape }
  | { readonly members: Shapes }
  | { readonly record: string };

/** Shapes by name. */
export interface Shapes {
  readonly [name: string]: Shape;
}
