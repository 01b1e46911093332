import type { CollectionName, RecordOf, SchemaTypes } from "./schema.js";

/** Relations and ways back, with the collections they lead to. */
type Ways<
  S extends SchemaTypes,
  C extends CollectionName<S>,
> = S["collections"][C]["toOne"] & S["collections"][C]["toMany"];

type WayName<S extends SchemaTypes, C extends CollectionName<S>> = keyof Ways<
  S,
  C
> &
  string;

type Target<
  S extends SchemaTypes,
  C extends CollectionName<S>,
  W extends WayName<S, C>,
> = Ways<S, C>[W] & CollectionName<S>;

/** A way behind another one, three steps at most. */
type Steps = readonly [1, 1, 1];

/**
 * The path itself if it leads along ways that exist, else the ways that could stand in its place. It
 * is checked, not looked up in a list of all paths, which an application with many relations makes
 * too long.
 */
export type CheckedPath<
  S extends SchemaTypes,
  C extends CollectionName<S>,
  P extends string,
  Left extends readonly unknown[] = Steps,
> = Left extends readonly [unknown, ...infer Rest]
  ? P extends `${infer W}.${infer Deeper}`
    ? W extends WayName<S, C>
      ? `${W}.${CheckedPath<S, Target<S, C, W>, Deeper, Rest>}`
      : WayName<S, C>
    : P extends WayName<S, C>
      ? P
      : WayName<S, C>
  : never;

type Head<P extends string> = P extends `${infer W}.${string}` ? W : P;

type Behind<P extends string, W extends string> = P extends `${W}.${infer D}`
  ? D
  : never;

/** The related records that come along by some paths. One that the caller may not read is null, or missing from the list. */
export type Expanded<
  S extends SchemaTypes,
  C extends CollectionName<S>,
  P extends string,
> = {
  readonly [
    W in Head<P> & WayName<S, C>
  ]: W extends keyof S["collections"][C]["toOne"]
    ? Selected<S, Target<S, C, W>, never, Behind<P, W>> | null
    : readonly Selected<S, Target<S, C, W>, never, Behind<P, W>>[];
};

/** The name of a field that is shown. */
export type FieldName<
  S extends SchemaTypes,
  C extends CollectionName<S>,
> = keyof RecordOf<S, C> & string;

/** A record with some fields or all, and with related records. */
export type Selected<
  S extends SchemaTypes,
  C extends CollectionName<S>,
  F extends string,
  P extends string,
> = ([F] extends [never]
  ? RecordOf<S, C>
  : Pick<RecordOf<S, C>, (F | "id") & keyof RecordOf<S, C>>) &
  ([P] extends [never] ? unknown : { readonly expand: Expanded<S, C, P> });
