import type { CollectionName, RecordOf, SchemaTypes } from "../schema.js";

/** What a copy is of, and how far it has come. */
export interface CopyState {
  /** Whose eyes it was made with; null for nobody signed in. */
  readonly user: string | null;
  readonly collections: readonly string[];
  /** Those of them that have to be listed again. */
  readonly stale: readonly string[];
  /** The position in the feed of changes behind everything that is in the copy. */
  readonly next: string;
}

/** Records of one collection, all that there are. */
export type Replaced<S extends SchemaTypes> = {
  [C in CollectionName<S>]: {
    readonly collection: C;
    readonly records: readonly RecordOf<S, C>[];
  };
}[CollectionName<S>];

/** A record in place of the one with its id, or as a new one. */
export type Put<S extends SchemaTypes> = {
  [C in CollectionName<S>]: {
    readonly collection: C;
    readonly record: RecordOf<S, C>;
  };
}[CollectionName<S>];

/** A record that is not there any more for the person, and perhaps never was in the copy. */
export interface Removed<S extends SchemaTypes> {
  readonly collection: CollectionName<S>;
  readonly id: string;
}

/** One step of a copy, in this order: collections as a whole, then single records. */
export interface CopyStep<S extends SchemaTypes> {
  readonly replaced: readonly Replaced<S>[];
  readonly put: readonly Put<S>[];
  readonly removed: readonly Removed<S>[];
  readonly state: CopyState;
}

/** Where a copy is kept. Methods may take their time. */
export interface CopyStore<S extends SchemaTypes> {
  /** The state of the last step; null before the first. */
  load(): CopyState | null | Promise<CopyState | null>;
  /** Takes a step wholly or not at all, its state included: after a crash the copy goes on from there. */
  apply(step: CopyStep<S>): void | Promise<void>;
}
