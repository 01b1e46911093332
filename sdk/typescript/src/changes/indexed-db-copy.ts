import { accept } from "../decode.js";
import type { CollectionName, RecordOf, SchemaTypes } from "../schema.js";
import type { CopyState, CopyStep, CopyStore } from "./copy-store.js";

const RECORDS = "records";
const STATE = "state";
/** There is one state. */
const KEY = "state";

/** A copy in the browser's database, which is still there without a network and after a restart. Every script of the origin can read it. */
export class IndexedDbCopy<S extends SchemaTypes> implements CopyStore<S> {
  readonly #database: Promise<IDBDatabase>;

  /** The name tells the copies of an origin apart. */
  constructor(name = "mainstay.copy") {
    this.#database = open(name);
  }

  /** What there is of a collection. */
  async records<C extends CollectionName<S>>(
    collection: C,
  ): Promise<readonly RecordOf<S, C>[]> {
    const database = await this.#database;
    const records = database.transaction(RECORDS).objectStore(RECORDS);
    const rows = await done(records.getAll(allOf(collection)));
    // Only checked records are put there.
    return accept(
      rows.map(({ record }) => record),
      null,
    );
  }

  async load(): Promise<CopyState | null> {
    const database = await this.#database;
    const state = database.transaction(STATE).objectStore(STATE);
    return (await done(state.get(KEY))) ?? null;
  }

  async apply(step: CopyStep<S>): Promise<void> {
    const database = await this.#database;
    const transaction = database.transaction([RECORDS, STATE], "readwrite");
    const records = transaction.objectStore(RECORDS);
    for (const { collection, records: all } of step.replaced) {
      records.delete(allOf(collection));
      for (const record of all) {
        records.put({ collection, record });
      }
    }
    for (const { collection, record } of step.put) {
      records.put({ collection, record });
    }
    for (const { collection, id } of step.removed) {
      records.delete([collection, id]);
    }
    transaction.objectStore(STATE).put(step.state, KEY);
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    const keyPath = ["collection", "record.id"];
    request.result.createObjectStore(RECORDS, { keyPath });
    request.result.createObjectStore(STATE);
  };
  return done(request);
}

/** The keys of a collection: a list sorts behind every text. */
function allOf(collection: string): IDBKeyRange {
  return IDBKeyRange.bound([collection], [collection, []]);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
