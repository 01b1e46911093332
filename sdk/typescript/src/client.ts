import { Account } from "./account.js";
import { Api, type CallOptions } from "./api.js";
import { Auth } from "./auth.js";
import {
  Batch,
  type Operation,
  type Outcomes,
  type Records as BatchRecords,
} from "./batch.js";
import { Changes } from "./changes/changes.js";
import { Decoder } from "./decoder.js";
import { Grant } from "./grant.js";
import { Http, type Fetch, type HttpRequest } from "./http.js";
import { Invitations } from "./invitations.js";
import { Realtime } from "./realtime/realtime.js";
import type { WebSocketClass } from "./realtime/socket-wire.js";
import { Records } from "./records.js";
import { RETRY_DEFAULTS, type RetryOptions } from "./retry.js";
import type { CollectionName, RuntimeSchema, SchemaTypes } from "./schema.js";
import { Shares } from "./shares.js";
import { ApiKeyStore } from "./session/api-key-store.js";
import { CookieStore } from "./session/cookie-store.js";
import { memoryStore } from "./session/memory-store.js";
import { Session } from "./session/session.js";
import type { SessionStore } from "./session/session-store.js";

/** How long a call may take, its repetitions included. */
const TIMEOUT_MS = 30_000;

/** What a client is made from. */
export interface ClientOptions<S extends SchemaTypes> {
  /** Where the server answers, such as `https://todo.example.org`. */
  readonly url: string;
  /** The constant of the file that `mainstay types` writes. */
  readonly schema: RuntimeSchema<S>;
  /**
   * Where the session is kept; by default in memory. `"cookie"` is for pages of the server's own host: the
   * browser holds the session, where no script can read it.
   */
  readonly session?: SessionStore | "cookie" | undefined;
  /** A key in the place of a session, for programs: whoever reads the code of a page reads its key, too. */
  readonly apiKey?: string | undefined;
  /** For a whole call; by default 30 seconds. */
  readonly timeoutMs?: number | undefined;
  readonly retry?: Partial<RetryOptions> | undefined;
  /** Lets any replica answer until this client has written something: what others wrote may be missing for a moment. */
  readonly anyReplica?: boolean | undefined;
  /** Another `fetch` than that of the environment. */
  readonly fetch?: Fetch | undefined;
  /** For live updates: another class than that of the environment, or null for event streams, which it also is where there is none. */
  readonly webSocket?: WebSocketClass | null | undefined;
}

/** What a call without a method of its own takes. */
export interface RequestOptions extends CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The client of one application, for one person at a time. */
export class Client<S extends SchemaTypes> {
  /** Signing in and out. */
  readonly auth: Auth<S>;
  /** What happens to an account by mail: passwords, addresses, its end. */
  readonly account: Account;
  /** Inviting people, for administrators. */
  readonly invitations: Invitations;
  /** Sharing single records, and opening links. */
  readonly shares: Shares<S>;
  /** What happens, as it happens. */
  readonly realtime: Realtime<S>;
  /** What has changed, for those who keep a copy. */
  readonly changes: Changes<S>;
  readonly #api: Api;
  readonly #batch: Batch<S>;
  readonly #decoder: Decoder;

  constructor(options: ClientOptions<S>) {
    const { anyReplica = false, timeoutMs = TIMEOUT_MS } = options;
    const retry = { ...RETRY_DEFAULTS, ...options.retry };
    // Called as a method of something else, the `fetch` of browsers refuses.
    const send: Fetch = options.fetch ?? ((url, init) => fetch(url, init));
    const http = new Http(options.url, send);
    const store = storeOf(options, http);
    this.#decoder = new Decoder(options.schema);
    const session = new Session(http, this.#decoder, store);
    const grant = new Grant();
    this.#api = new Api(http, session, grant, { timeoutMs, retry, anyReplica });
    this.#batch = new Batch(this.#api, this.#decoder);
    this.auth = new Auth(this.#api, this.#decoder, session);
    this.account = new Account(this.#api, this.#decoder, session);
    this.invitations = new Invitations(this.#api, this.#decoder);
    this.shares = new Shares(this.#api, this.#decoder, grant);
    const webSocket =
      options.webSocket === undefined ? ownWebSocket() : options.webSocket;
    const decoder = this.#decoder;
    const parts = { http, session, grant, decoder, retry, webSocket };
    this.realtime = new Realtime(parts);
    const { exchange } = this.realtime;
    this.changes = new Changes({ api: this.#api, decoder, exchange, retry });
  }

  /** The records of a collection. */
  records<C extends CollectionName<S>>(collection: C): Records<S, C> {
    return new Records(this.#api, this.#decoder, collection);
  }

  /**
   * Up to 1,000 writes in one request, all or nothing: gives the record of each. The first that fails
   * undoes the others; its error names it, as in `operations[3].data.title`.
   */
  async batch<const O extends readonly Operation<S>[]>(
    operations: O,
    options: CallOptions = {},
  ): Promise<BatchRecords<S, O>> {
    return this.#batch.all(operations, options);
  }

  /** Up to 1,000 writes in one request, each for itself: gives what became of each. */
  async batchEach<const O extends readonly Operation<S>[]>(
    operations: O,
    options: CallOptions = {},
  ): Promise<Outcomes<S, O>> {
    return this.#batch.each(operations, options);
  }

  /**
   * A call that has no method of its own, by its path below `/api/v1`: with the session, the errors and, for reading,
   * the repetitions of all calls. The answer is as it came.
   */
  async request(
    method: HttpRequest["method"],
    path: string,
    { body, headers = {}, ...options }: RequestOptions = {},
  ): Promise<unknown> {
    const request = { method, path, body, headers };
    const repetition = method === "GET" ? "read" : "once";
    return (await this.#api.call(request, repetition, options)).body;
  }
}

/** Makes the client of an application. The types come with the schema. */
export function createClient<S extends SchemaTypes>(
  options: ClientOptions<S>,
): Client<S> {
  return new Client(options);
}

function storeOf(
  { apiKey, session }: Pick<ClientOptions<SchemaTypes>, "apiKey" | "session">,
  http: Http,
): SessionStore {
  if (apiKey !== undefined) {
    return new ApiKeyStore(apiKey);
  }
  return session === "cookie"
    ? new CookieStore(http)
    : (session ?? memoryStore());
}

/** The environment's class; Node has it from version 22 on. */
function ownWebSocket(): WebSocketClass | null {
  return typeof WebSocket === "undefined" ? null : WebSocket;
}
