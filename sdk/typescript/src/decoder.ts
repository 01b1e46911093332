import {
  accept,
  below,
  isObject,
  mismatch,
  mismatchOf,
  mismatchOfList,
  mismatchOfMembers,
  type Mismatch,
} from "./decode.js";
import type { CollectionShapes, RuntimeSchema, SchemaTypes } from "./schema.js";
import type { Shape, Shapes } from "./shape.js";

/** What was asked for of records: some fields or all, and the related records to come along. */
export interface Wanted {
  readonly fields: readonly string[];
  readonly expand: readonly string[];
}

const EVERYTHING: Wanted = { fields: [], expand: [] };
const PAGE: Shapes = { next_cursor: "text?", "count?": "integer" };

/** Checks what arrives against the application's schema. */
export class Decoder {
  readonly #collections: ReadonlyMap<string, CollectionShapes>;
  readonly #session: Shape;

  constructor(schema: RuntimeSchema<SchemaTypes>) {
    this.#collections = new Map(Object.entries(schema.collections));
    this.#session = schema.session;
  }

  session<T>(value: unknown): T {
    return this.shaped(this.#session, value);
  }

  shaped<T>(shape: Shape, value: unknown): T {
    return accept(value, mismatchOf(shape, value, this.#record));
  }

  record<T>(collection: string, value: unknown, wanted?: Wanted): T {
    return accept(value, this.#record(collection, value, wanted));
  }

  page<T>(collection: string, value: unknown, wanted: Wanted): T {
    const head = mismatchOfMembers(PAGE, value, this.#record);
    if (head !== null || !isObject(value)) {
      return accept(value, head);
    }
    const items = mismatchOfList(value["items"], (item) =>
      this.#record(collection, item, wanted),
    );
    return accept(value, items && below("items", items));
  }

  readonly #record = (
    collection: string,
    value: unknown,
    wanted = EVERYTHING,
  ): Mismatch | null => {
    const shapes = this.#collections.get(collection);
    if (shapes === undefined) {
      return mismatch(`a record of a collection that the schema has`, value);
    }
    const { fields } = wanted;
    const members =
      fields.length === 0 ? shapes.fields : selected(shapes, fields);
    return (
      mismatchOfMembers(members, value, this.#record) ??
      this.#expanded(shapes, value, wanted.expand)
    );
  };

  #expanded(
    shapes: CollectionShapes,
    value: unknown,
    paths: readonly string[],
  ): Mismatch | null {
    if (paths.length === 0) {
      return null;
    }
    const related = isObject(value) ? value["expand"] : undefined;
    if (!isObject(related)) {
      return below("expand", mismatch("an object", related));
    }
    for (const [way, deeper] of waysOf(paths)) {
      const found = this.#related(shapes, way, related[way], deeper);
      if (found !== null) {
        return below("expand", below(way, found));
      }
    }
    return null;
  }

  #related(
    shapes: CollectionShapes,
    way: string,
    value: unknown,
    expand: readonly string[],
  ): Mismatch | null {
    const wanted = { fields: [], expand };
    const one = shapes.toOne[way];
    if (one !== undefined) {
      return value === null ? null : this.#record(one, value, wanted);
    }
    const many = shapes.toMany[way] ?? "";
    return mismatchOfList(value, (item) => this.#record(many, item, wanted));
  }
}

/** The fields that were asked for; the id always comes along. */
function selected(shapes: CollectionShapes, fields: readonly string[]): Shapes {
  const names = new Set(["id", ...fields]);
  return Object.fromEntries(
    Object.entries(shapes.fields).filter(([name]) => names.has(name)),
  );
}

/** `["list", "assignee.user"]`: the first steps, each with the paths behind it. */
function waysOf(
  paths: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const ways = new Map<string, string[]>();
  for (const path of paths) {
    const [way = "", ...rest] = path.split(".");
    const deeper = ways.get(way) ?? [];
    ways.set(way, deeper);
    if (rest.length > 0) {
      deeper.push(rest.join("."));
    }
  }
  return ways;
}
