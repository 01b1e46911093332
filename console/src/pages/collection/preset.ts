import { Collection } from "../../application/application.ts";
import type { Json } from "../../application/row.ts";

/** What a new record begins with, by where it was begun: a column of a board, a day. */
export type Preset = Readonly<Record<string, Json>>;

/** The collection, with these as the defaults of its fields. */
export function newWith(collection: Collection, preset: Preset): Collection {
  if (Object.keys(preset).length === 0) {
    return collection;
  }
  const fields = collection.about.fields.map((field) => {
    const value = preset[field.name];
    return value === undefined || value === null
      ? field
      : { ...field, default: { value } };
  });
  return new Collection({ ...collection.about, fields });
}
