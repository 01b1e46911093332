import type { NewPending, Pending } from "./pending.ts";

const DATABASE = "mainstay-console";
const STORE = "pending";

/** Keeps the waiting writes in this browser, where they outlive the page. */
export class QueueStore {
  #database: Promise<IDBDatabase> | null = null;

  async of(person: string): Promise<readonly Pending[]> {
    const store = await this.#store("readonly");
    const all = (await done(store.getAll())) as readonly Pending[];
    return all.filter((one) => one.person === person);
  }

  async add(one: NewPending): Promise<Pending> {
    const store = await this.#store("readwrite");
    const key = Number(await done(store.add(one)));
    return { ...one, key };
  }

  async put(one: Pending): Promise<void> {
    const store = await this.#store("readwrite");
    await done(store.put(one));
  }

  async remove(keys: readonly number[]): Promise<void> {
    const store = await this.#store("readwrite");
    await Promise.all(keys.map((key) => done(store.delete(key))));
  }

  async #store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
    this.#database ??= open();
    const database = await this.#database;
    return database.transaction(STORE, mode).objectStore(STORE);
  }
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(STORE, {
      keyPath: "key",
      autoIncrement: true,
    });
  };
  return done(request);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () =>
      reject(request.error ?? new Error("the browser keeps nothing"));
  });
}
