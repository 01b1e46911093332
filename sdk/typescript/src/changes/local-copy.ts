import { accept } from "../decode.js";
import { MainstayError } from "../errors/mainstay-error.js";
import { NetworkFailed } from "../errors/network-failed.js";
import { RateLimited } from "../errors/rate-limited.js";
import { ServerFault } from "../errors/server-fault.js";
import { TimedOut } from "../errors/timed-out.js";
import { Unauthenticated } from "../errors/unauthenticated.js";
import { Unavailable } from "../errors/unavailable.js";
import type { Change } from "../generated/protocol.js";
import { Subscription } from "../realtime/subscription.js";
import { Records } from "../records.js";
import { backoffOf } from "../retry.js";
import type { CollectionName, SchemaTypes } from "../schema.js";
import type { CopyOptions, CopyParts } from "./copy-options.js";
import type {
  CopyState,
  CopyStep,
  Put,
  Removed,
  Replaced,
} from "./copy-store.js";
import { readFeed } from "./feed.js";

/** How often to look although nothing was told: word of a change may get lost. */
const POLL_MS = 30_000;
/** Changes within this time are fetched together. */
const GATHER_MS = 50;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A copy that follows the server. */
export class LocalCopy<S extends SchemaTypes> {
  readonly #parts: CopyParts;
  readonly #options: CopyOptions<S, CollectionName<S>>;
  readonly #stopping = new AbortController();
  readonly #subscriptions: readonly Subscription[];
  #waiting: Waiting[] = [];
  /** Something may have changed since the last look began. */
  #isStale = true;
  #wake: () => void = () => {};
  #user: string | null = null;

  private constructor(
    parts: CopyParts,
    options: CopyOptions<S, CollectionName<S>>,
  ) {
    this.#parts = parts;
    this.#options = options;
    this.#subscriptions = options.collections.map((collection) => {
      const wish = { collection, fields: "id", coalesce_ms: GATHER_MS };
      return Subscription.begin(
        parts.exchange,
        { to: "records", ...wish },
        { read: (message) => message.type, handle: () => this.#look() },
      );
    });
  }

  /** @internal */
  static begin<S extends SchemaTypes>(
    parts: CopyParts,
    options: CopyOptions<S, CollectionName<S>>,
  ): LocalCopy<S> {
    const copy = new LocalCopy(parts, options);
    void copy.#run();
    return copy;
  }

  /** Waits until the copy has everything that the server has now. Fails when the copy is over. */
  async caughtUp(): Promise<void> {
    this.#stopping.signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#look();
    });
  }

  /** The copy stays as it is from now on. */
  stop(): void {
    this.#end(new DOMException("the copy was stopped", "AbortError"));
  }

  #end(reason: unknown): void {
    if (this.#stopping.signal.aborted) {
      return;
    }
    this.#stopping.abort(reason);
    for (const subscription of this.#subscriptions) {
      subscription.stop();
    }
    this.#refuse(reason);
  }

  #look(): void {
    this.#isStale = true;
    this.#wake();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    this.#user = await this.#signedIn();
    let failures = 0;
    while (!signal.aborted) {
      this.#isStale = false;
      const waiting = this.#waiting.splice(0);
      try {
        await this.#catchUp();
        failures = 0;
        waiting.forEach(({ resolve }) => resolve());
        if (!this.#isStale) {
          await this.#pause(this.#options.pollMs ?? POLL_MS, "word");
        }
      } catch (error) {
        this.#waiting.unshift(...waiting);
        this.#fail(error);
        // Word of a change does not make a server that is down come back.
        await this.#pause(backoffOf(this.#parts.retry, failures), "stop");
        failures += 1;
      }
    }
  }

  /** Tells of a failure. One that does not pass is the end. */
  #fail(error: unknown): void {
    const { signal } = this.#stopping;
    if (signal.aborted) {
      this.#refuse(signal.reason);
      return;
    }
    if (!passes(error)) {
      this.#end(error);
    }
    if (error instanceof MainstayError) {
      this.#options.onError?.(error);
    } else {
      // The store's, or that of `onStep`: the program must see it.
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  /** Whoever waits for the copy waits in vain. */
  #refuse(reason: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) {
      reject(reason);
    }
  }

  /** Until its time is over, the copy is stopped or, if so wanted, something is told. */
  #pause(ms: number, until: "word" | "stop"): Promise<void> {
    const { signal } = this.#stopping;
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener("abort", end);
      this.#wake = until === "word" ? end : () => {};
      if (signal.aborted) {
        end();
      }
    });
  }

  async #catchUp(): Promise<void> {
    await this.#refuseOthers();
    let state = await this.#begun();
    for (let more = true; more;) {
      const page = await this.#page(state.next);
      // Kept with the position: a program that ends before they have been listed again lists them later.
      const stale = [...new Set([...state.stale, ...page.reload])];
      state = { ...state, stale, next: page.next };
      await this.#apply({ replaced: [], ...changesOf<S>(page.items), state });
      more = page.more;
    }
    await this.#complete(state);
  }

  /** The state that the store is in, with nothing of another person and a position to go on from. */
  async #begun(): Promise<CopyState> {
    const { collections, store, since } = this.#options;
    const user = this.#user;
    const found = await store.load();
    if (found !== null && found.user === user) {
      return found;
    }
    // The position comes first, then the lists: so nothing falls between them.
    const next = since ?? (await this.#page(null)).next;
    if (found === null) {
      const stale = since === undefined ? collections : [];
      return { user, collections, stale, next };
    }
    const state = { user, collections: [], stale: [], next };
    const replaced = emptied<S>(found.collections);
    await this.#apply({ replaced, put: [], removed: [], state });
    return state;
  }

  /** Lists what is wanted and is not whole, and takes away what is not wanted. */
  async #complete(state: CopyState): Promise<void> {
    const { collections } = this.#options;
    const missing = collections.filter(
      (collection) =>
        !state.collections.includes(collection) ||
        state.stale.includes(collection),
    );
    const unwanted = state.collections.filter(
      (collection) => !collections.some((wanted) => wanted === collection),
    );
    if (missing.length + unwanted.length > 0) {
      // Listed after the position was taken: what has changed since then comes again.
      const listed = await this.#listed(missing);
      await this.#apply({
        replaced: [...emptied<S>(unwanted), ...listed],
        put: [],
        removed: [],
        state: { ...state, collections, stale: [] },
      });
    }
  }

  async #listed(collections: readonly string[]): Promise<Replaced<S>[]> {
    const { api, decoder } = this.#parts;
    const { signal } = this.#stopping;
    const replaced = [];
    for (const collection of collections) {
      const records = [];
      const all = new Records<S, CollectionName<S>>(api, decoder, collection);
      for await (const record of all.each({ limit: 500, signal })) {
        records.push(record);
      }
      replaced.push({ collection, records });
    }
    return accept(replaced, null);
  }

  async #apply(step: CopyStep<S>): Promise<void> {
    // What was fetched for somebody else in the meantime does not come here.
    await this.#refuseOthers();
    this.#stopping.signal.throwIfAborted();
    await this.#options.store.apply(step);
    const { replaced, put, removed } = step;
    if (replaced.length + put.length + removed.length > 0) {
      this.#options.onStep?.(step);
    }
  }

  #page(since: string | null): ReturnType<typeof readFeed> {
    const { api, decoder } = this.#parts;
    const { signal } = this.#stopping;
    return readFeed(api, decoder, this.#options.collections, since, { signal });
  }

  async #refuseOthers(): Promise<void> {
    if ((await this.#signedIn()) !== this.#user) {
      const message =
        "somebody else is signed in than when the copy was begun, or nobody: begin another one";
      throw new Unauthenticated({ code: "unauthenticated", message });
    }
  }

  async #signedIn(): Promise<string | null> {
    return (await this.#parts.exchange.session.load())?.userId ?? null;
  }
}

function emptied<S extends SchemaTypes>(
  collections: readonly string[],
): readonly Replaced<S>[] {
  const replaced = collections.map((collection) => ({
    collection,
    records: [],
  }));
  return accept(replaced, null);
}

/** Records that were checked against the schema already, and tombstones. */
function changesOf<S extends SchemaTypes>(
  items: readonly Change[],
): Pick<CopyStep<S>, "put" | "removed"> {
  const put = items.filter(({ record }) => record !== undefined);
  const removed = items
    .filter(({ record }) => record === undefined)
    .map(({ collection, record_id: id }) => ({ collection, id }));
  return {
    put: accept<Put<S>[]>(put, null),
    removed: accept<Removed<S>[]>(removed, null),
  };
}

/** May the same look find something the next time? */
function passes(error: unknown): boolean {
  return [NetworkFailed, RateLimited, ServerFault, TimedOut, Unavailable].some(
    (kind) => error instanceof kind,
  );
}
