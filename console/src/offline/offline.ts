import type { QueryClient } from "@tanstack/react-query";

import { transport, type Send } from "../api/transport.ts";
import type { Application } from "../application/application.ts";
import type { Json, Row } from "../application/row.ts";
import { Answers, placeOf } from "./answers.ts";
import { madeRow, newId } from "./made.ts";
import { withPending, type NewPending, type Pending } from "./pending.ts";
import { QueueStore } from "./queue-store.ts";
import { replay } from "./replay.ts";
import { offlineState, type OfflineState } from "./state.ts";

/** So often a server that does not answer is asked whether it is there again. */
const PROBE_MS = 5_000;
const LOCK = "mainstay-console-pending";

interface Here {
  readonly application: Application;
  readonly person: string;
  readonly queries: QueryClient;
}

/** One write as a request asks for it. */
interface Write {
  readonly op: Pending["op"];
  readonly collection: string;
  readonly id: string | null;
  readonly values: Readonly<Record<string, Json>>;
}

/**
 * Stands between the client and the network. Without one, what was read is answered again, and writes of records that
 * are known wait until the server is there; they are then made in their order.
 */
export class Offline {
  readonly #answers = new Answers();
  readonly #store = new QueueStore();
  #here: Here | null = null;
  #replaying: Promise<void> | null = null;

  /** From now on it works for a person; gives the way to end it. */
  begin(here: Here): () => void {
    this.#here = here;
    void this.#load().then(() => this.replay());
    const cut = () => this.#set({ isCut: true });
    const back = () => void this.#probe();
    window.addEventListener("offline", cut);
    window.addEventListener("online", back);
    const timer = setInterval(() => {
      if (offlineState.now().isCut && navigator.onLine) {
        back();
      }
    }, PROBE_MS);
    return () => {
      window.removeEventListener("offline", cut);
      window.removeEventListener("online", back);
      clearInterval(timer);
      this.#here = null;
    };
  }

  readonly send: Send = async (url, init) => {
    const method = init.method ?? "GET";
    if (method !== "GET" && this.#waits().length > 0) {
      // What was done before comes before.
      await this.replay();
    }
    let response: Response;
    try {
      response = await fetch(url, init);
    } catch (error) {
      if (init.signal?.aborted === true) {
        throw error;
      }
      this.#set({ isCut: true });
      const answer =
        method === "GET" ? this.#recall(url) : await this.#keep(url, init);
      if (answer === null) {
        throw error;
      }
      return answer;
    }
    if (offlineState.now().isCut) {
      void this.#probe();
    }
    const type = response.headers.get("content-type") ?? "";
    if (method === "GET" && response.ok && type.includes("json")) {
      const text = await response.text();
      this.#answers.remember(url, text);
      const { status, headers } = response;
      return new Response(text, { status, headers });
    }
    if (response.ok && url.endsWith("/auth/sign-out")) {
      await this.#forget();
    }
    return response;
  };

  /** Makes the writes that wait, once at a time and in one tab at a time. */
  replay(): Promise<void> {
    this.#replaying ??= navigator.locks
      .request(LOCK, () => this.#replayAll())
      .finally(() => (this.#replaying = null));
    return this.#replaying;
  }

  /** A write that is decided: made otherwise, or given up. */
  async drop(one: Pending): Promise<void> {
    await this.#store.remove([one.key]);
    await this.#load();
    await this.replay();
    await this.#here?.queries.invalidateQueries();
  }

  #waits(): readonly Pending[] {
    return offlineState.now().pending.filter(({ trouble }) => trouble === null);
  }

  async #replayAll(): Promise<void> {
    await this.#load();
    const waiting = this.#waits();
    if (waiting.length === 0) {
      return;
    }
    this.#set({ isSending: true });
    const versions = new Map<string, number>();
    const troubled = new Set(
      offlineState
        .now()
        .pending.filter(({ trouble }) => trouble !== null)
        .map(({ id }) => id),
    );
    for (const one of waiting) {
      // What follows on something undecided waits for the decision.
      if (troubled.has(one.id)) {
        continue;
      }
      const { kind, ...result } = await replay(
        one,
        versions.get(one.id) ?? null,
      );
      if (kind === "cut") {
        this.#set({ isCut: true });
        break;
      }
      if ("trouble" in result) {
        troubled.add(one.id);
        await this.#store.put({ ...one, trouble: result.trouble });
      } else {
        if ("version" in result && result.version !== null) {
          versions.set(one.id, result.version);
        }
        await this.#store.remove([one.key]);
        this.#set({ isCut: false });
      }
    }
    await this.#load();
    this.#set({ isSending: false });
    await this.#here?.queries.invalidateQueries();
  }

  async #probe(): Promise<void> {
    try {
      await fetch("/livez", { cache: "no-store" });
    } catch {
      return;
    }
    this.#set({ isCut: false });
    await this.replay();
  }

  #recall(url: string): Response | null {
    const made = (one: Pending) => this.#made(one);
    const text = this.#answers.recall(url, offlineState.now().pending, made);
    return text === null ? null : json(200, text);
  }

  /** Keeps the writes of a request for later, all of them or none. */
  async #keep(url: string, init: RequestInit): Promise<Response | null> {
    const body =
      typeof init.body === "string"
        ? (JSON.parse(init.body) as Readonly<Record<string, Json>>)
        : {};
    const isBatch = url.endsWith("/api/v1/batch");
    const writes = isBatch ? batchWrites(body) : oneWrite(url, init, body);
    const kept = writes?.map((write) => this.#pendingOf(write)) ?? [];
    if (kept.length === 0 || kept.includes(null)) {
      return null;
    }
    const results: { status: number; record?: Row }[] = [];
    for (const one of kept) {
      if (one === null) {
        continue;
      }
      const added = await this.#store.add(one);
      const pending = [...offlineState.now().pending, added];
      this.#set({ pending });
      const from = added.base ?? this.#made(added);
      const record = withPending(from, added.collection, pending);
      const status = { create: 201, update: 200, delete: 204 }[added.op];
      results.push(record === null ? { status } : { status, record });
    }
    if (isBatch) {
      return json(200, JSON.stringify({ results }));
    }
    const [only] = results;
    return only?.record === undefined
      ? new Response(null, { status: 204 })
      : json(only.status, JSON.stringify(only.record));
  }

  /** Null for a write of a record that nothing is known of. */
  #pendingOf({ op, collection, id, values }: Write): NewPending | null {
    const person = this.#here?.person;
    if (person === undefined) {
      return null;
    }
    const given = values["id"];
    const own =
      op === "create" ? (typeof given === "string" ? given : newId()) : id;
    const made = offlineState
      .now()
      .pending.find((one) => one.op === "create" && one.id === own);
    const base =
      op === "create"
        ? null
        : made !== undefined
          ? this.#made(made)
          : this.#answers.row(collection, own ?? "");
    if (own === null || (op !== "create" && base === null)) {
      return null;
    }
    const token = crypto.randomUUID();
    return {
      person,
      op,
      collection,
      id: own,
      base,
      values,
      token,
      trouble: null,
    };
  }

  #made(one: Pending): Row {
    return this.#here === null
      ? { id: one.id, version: 1, ...one.values }
      : madeRow(this.#here.application, one);
  }

  async #load(): Promise<void> {
    const { person } = this.#here ?? {};
    if (person !== undefined) {
      // A browser that keeps nothing, as some private windows do, has nothing to wait for.
      const pending = await this.#store.of(person).catch(() => []);
      this.#set({ pending });
    }
  }

  /** After a sign-out nothing of the person stays. */
  async #forget(): Promise<void> {
    this.#answers.clear();
    await this.#store.remove(offlineState.now().pending.map(({ key }) => key));
    this.#set({ pending: [] });
  }

  #set(part: Partial<OfflineState>): void {
    offlineState.set(part);
  }
}

export const offline = new Offline();
transport.send = offline.send;

function json(status: number, text: string): Response {
  const headers = { "content-type": "application/json" };
  return new Response(text, { status, headers });
}

function oneWrite(
  url: string,
  { method }: RequestInit,
  values: Write["values"],
): readonly Write[] | null {
  const place = placeOf(url);
  const op = { POST: "create", PATCH: "update", DELETE: "delete" } as const;
  const found = op[method as keyof typeof op];
  const isWhole = (found === "create") === (place?.id === null);
  return place === null || found === undefined || !isWhole
    ? null
    : [{ op: found, ...place, values }];
}

function batchWrites(body: Write["values"]): readonly Write[] | null {
  const operations = body["operations"] as unknown as readonly {
    readonly op: Write["op"] | "restore";
    readonly collection: string;
    readonly id?: string;
    readonly data?: Write["values"];
  }[];
  const writes = operations.flatMap(({ op, collection, id, data }) =>
    op === "restore"
      ? []
      : [{ op, collection, id: id ?? null, values: data ?? {} }],
  );
  // Who makes many records at once, as an import does, goes on by themselves.
  const isPlain =
    body["mode"] !== "check" &&
    writes.length === operations.length &&
    writes.every(({ op }) => op !== "create");
  return isPlain ? writes : null;
}
