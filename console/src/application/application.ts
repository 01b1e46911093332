import type {
  Application as Description,
  ApplicationCollection,
  ApplicationField,
} from "mainstay-client";

import type { Json, Row } from "./row.ts";

export type Field = ApplicationField;

/** A collection as the server describes it, with what the console asks of it again and again. */
export class Collection {
  readonly about: ApplicationCollection;
  readonly #fields: ReadonlyMap<string, Field>;

  constructor(about: ApplicationCollection) {
    this.about = about;
    this.#fields = new Map(about.fields.map((field) => [field.name, field]));
  }

  get name(): string {
    return this.about.name;
  }

  get title(): string {
    return this.about.title;
  }

  field(name: string): Field | undefined {
    return this.#fields.get(name);
  }

  /** Those that answers have, the declared ones first. */
  get visible(): readonly Field[] {
    const shown = this.about.fields.filter((field) => !field.hidden);
    return [
      ...shown.filter((field) => !field.system),
      ...shown.filter((field) => field.system),
    ];
  }

  /** Those that a person sets, in the order of the definition. */
  get writable(): readonly Field[] {
    return this.about.fields.filter(
      (field) => !field.system && !field.read_only,
    );
  }

  /** May somebody who is no administrator ever do this? Whether a record lets them, its rules say. */
  allows(act: keyof ApplicationCollection["allows"]): boolean {
    return this.about.allows[act];
  }

  /** What a record is called: its label, or its first text, or the beginning of its id. */
  labelOf(row: Row): string {
    const label = this.about.label
      .map((part) => ("text" in part ? part.text : plain(row[part.field])))
      .join("")
      .trim();
    return label || this.#firstText(row) || row.id.slice(0, 8);
  }

  #firstText(row: Row): string {
    for (const field of this.visible) {
      const value = row[field.name];
      const isText = field.type === "text" || field.type === "email";
      if (isText && typeof value === "string" && value !== "") {
        return value.split("\n", 1)[0]?.slice(0, 80) ?? "";
      }
    }
    return "";
  }
}

/** The application that the console shows. */
export class Application {
  readonly about: Description;
  readonly #collections: ReadonlyMap<string, Collection>;

  constructor(about: Description) {
    this.about = about;
    this.#collections = new Map(
      about.collections.map((one) => [one.name, new Collection(one)]),
    );
  }

  get title(): string {
    return this.about.title;
  }

  get collections(): readonly Collection[] {
    return [...this.#collections.values()];
  }

  /** Those that somebody declared: the ones that Mainstay makes are shown with the records they belong to. */
  get declared(): readonly Collection[] {
    return this.collections.filter(({ about }) => !about.made);
  }

  collection(name: string): Collection | undefined {
    return this.#collections.get(name);
  }

  /** The collection that a relation leads to. */
  target(field: Field): Collection | undefined {
    return field.type === "relation" && field.to !== undefined
      ? this.collection(field.to)
      : undefined;
  }
}

function plain(value: Json | undefined): string {
  return value === null || value === undefined || typeof value === "object"
    ? ""
    : String(value);
}
