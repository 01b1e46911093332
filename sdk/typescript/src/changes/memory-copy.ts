import { accept } from "../decode.js";
import type { CollectionName, RecordOf, SchemaTypes } from "../schema.js";
import type { CopyState, CopyStep, CopyStore } from "./copy-store.js";

/** A copy that is kept as long as the program runs. */
export class MemoryCopy<S extends SchemaTypes> implements CopyStore<S> {
  #collections = new Map<string, Map<string, unknown>>();
  #state: CopyState | null = null;

  /** What there is of a collection, by id. */
  records<C extends CollectionName<S>>(
    collection: C,
  ): ReadonlyMap<string, RecordOf<S, C>> {
    // Only records of the collection are put there.
    return accept(this.#collections.get(collection) ?? new Map(), null);
  }

  load(): CopyState | null {
    return this.#state;
  }

  apply(step: CopyStep<S>): void {
    for (const { collection, records } of step.replaced) {
      const byId = new Map(records.map((record) => [record.id, record]));
      this.#collections.set(collection, byId);
    }
    for (const { collection, record } of step.put) {
      this.#of(collection).set(record.id, record);
    }
    for (const { collection, id } of step.removed) {
      this.#of(collection).delete(id);
    }
    this.#state = step.state;
  }

  #of(collection: string): Map<string, unknown> {
    const known = this.#collections.get(collection) ?? new Map();
    this.#collections.set(collection, known);
    return known;
  }
}
