import type { Shape, Shapes } from "./shape.js";

/** How expressions treat a field. */
export type FilterKind =
  | "id"
  | "ids"
  | "text"
  | "integer"
  | "number"
  | "decimal"
  | "boolean"
  | "datetime"
  | "date"
  | "select"
  | "multi_select"
  | "json";

/** The types of one collection, as `mainstay types` writes them. */
export interface CollectionTypes {
  readonly record: { readonly id: string; readonly version: number };
  readonly create: object;
  readonly update: object;
  readonly sort: string;
  readonly filter: { readonly [field: string]: FilterKind };
  /** Relations to one record, with the collections they lead to. */
  readonly toOne: { readonly [way: string]: string };
  /** Relations to many records and ways back, with the collections they lead to. */
  readonly toMany: { readonly [way: string]: string };
  readonly softDelete: boolean;
}

/** The types of an application, as `mainstay types` writes them. */
export interface SchemaTypes {
  readonly collections: { readonly [name: string]: CollectionTypes };
  readonly session: {
    readonly access_token: string;
    readonly refresh_token: string;
    readonly expires_in: number;
    readonly user: { readonly id: string };
  };
  readonly signUp: object;
}

/** The name of a collection. */
export type CollectionName<S extends SchemaTypes> = keyof S["collections"] &
  string;

/** The record of a collection as it is read. */
export type RecordOf<
  S extends SchemaTypes,
  C extends CollectionName<S>,
> = S["collections"][C]["record"];

/** What the records of one collection look like in answers. */
export interface CollectionShapes {
  readonly fields: Shapes;
  readonly toOne: { readonly [way: string]: string };
  readonly toMany: { readonly [way: string]: string };
}

/** What the answers of an application look like: the constant `schema` that `mainstay types` writes. */
export interface RuntimeSchema<S extends SchemaTypes> {
  readonly collections: {
    readonly [C in keyof S["collections"]]: CollectionShapes;
  };
  readonly session: Shape;
  /** Carries the types; it is never there. */
  readonly types?: S;
}
