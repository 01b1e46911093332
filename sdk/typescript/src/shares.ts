import type { Api, CallOptions } from "./api.js";
import type { Decoder } from "./decoder.js";
import {
  openedShareShape,
  shareListShape,
  shareShape,
  sharedWithMePageShape,
  type NewShare,
  type OpenedShare,
  type Share,
  type ShareChanges,
  type ShareList,
  type SharedWithMe,
  type SharedWithMePage,
} from "./generated/protocol.js";
import type { Grant } from "./grant.js";
import type { CollectionName, SchemaTypes } from "./schema.js";

/** Which page of what is shared. */
export interface SharedQuery {
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** A page of what is shared with somebody. */
export interface SharedPage {
  readonly items: readonly SharedWithMe[];
  /** For the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** Sharing single records: with users, and by links. */
export class Shares<S extends SchemaTypes> {
  readonly #api: Api;
  readonly #decoder: Decoder;
  readonly #grant: Grant;

  constructor(api: Api, decoder: Decoder, grant: Grant) {
    this.#api = api;
    this.#grant = grant;
    this.#decoder = decoder;
  }

  /** The shares of a record, for whoever may share it. */
  async list(
    collection: CollectionName<S>,
    id: string,
    options: CallOptions = {},
  ): Promise<readonly Share[]> {
    const request = { method: "GET", path: pathOf(collection, id) } as const;
    const { body } = await this.#api.call(request, "read", options);
    const answer: ShareList = this.#decoder.shaped(shareListShape, body);
    return answer.items;
  }

  /** Shares a record with a user, or by a link when no user is named: its `token` is in this answer alone. */
  async create(
    collection: CollectionName<S>,
    id: string,
    share: NewShare,
    options: CallOptions = {},
  ): Promise<Share> {
    const path = pathOf(collection, id);
    const request = { method: "POST", path, body: share } as const;
    const { body } = await this.#api.call(request, "once", options);
    return this.#decoder.shaped(shareShape, body);
  }

  /** Gives a share another level or another end. */
  async change(
    share: Pick<Share, "collection" | "record_id" | "id">,
    changes: ShareChanges,
    options: CallOptions = {},
  ): Promise<Share> {
    const request = {
      method: "PATCH",
      path: pathOfShare(share),
      body: changes,
    } as const;
    const { body } = await this.#api.call(request, "once", options);
    return this.#decoder.shaped(shareShape, body);
  }

  /** Ends a share, and with it all access by it. */
  async revoke(
    share: Pick<Share, "collection" | "record_id" | "id">,
    options: CallOptions = {},
  ): Promise<void> {
    const request = { method: "DELETE", path: pathOfShare(share) } as const;
    await this.#api.call(request, "once", options);
  }

  /** What is shared with whoever is signed in, the newest first. */
  async withMe(
    query: SharedQuery = {},
    options: CallOptions = {},
  ): Promise<SharedPage> {
    const parameters = new URLSearchParams();
    if (query.limit !== undefined) {
      parameters.set("limit", String(query.limit));
    }
    if (query.cursor !== undefined) {
      parameters.set("cursor", query.cursor);
    }
    const path = `/shares/with-me?${parameters.toString()}`;
    const { body } = await this.#api.call(
      { method: "GET", path },
      "read",
      options,
    );
    const page: SharedWithMePage = this.#decoder.shaped(
      sharedWithMePageShape,
      body,
    );
    return { items: page.items, nextCursor: page.next_cursor };
  }

  /**
   * Opens a link. From then on the calls and live updates of this client may do what the share allows, until the grant
   * ends: open the link again before.
   */
  async open(
    token: string,
    password?: string,
    options: CallOptions = {},
  ): Promise<OpenedShare> {
    const path = "/shares/open";
    const request = {
      method: "POST",
      path,
      body: password === undefined ? { token } : { token, password },
    } as const;
    const { body } = await this.#api.call(request, "once", options);
    const opened: OpenedShare = this.#decoder.shaped(openedShareShape, body);
    this.#grant.use(opened);
    return opened;
  }

  /** Forgets the link that was opened. */
  close(): void {
    this.#grant.use(null);
  }
}

function pathOf(collection: string, id: string): string {
  return `/records/${collection}/${encodeURIComponent(id)}/shares`;
}

function pathOfShare(
  share: Pick<Share, "collection" | "record_id" | "id">,
): string {
  return `${pathOf(share.collection, share.record_id)}/${encodeURIComponent(share.id)}`;
}
