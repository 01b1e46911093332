import type { Api, CallOptions } from "./api.js";
import type { Decoder } from "./decoder.js";
import {
  invitationListShape,
  invitationShape,
  type Invitation,
  type InvitationList,
  type NewInvitation,
} from "./generated/protocol.js";

/** Inviting people, for administrators. */
export class Invitations {
  readonly #api: Api;
  readonly #decoder: Decoder;

  constructor(api: Api, decoder: Decoder) {
    this.#api = api;
    this.#decoder = decoder;
  }

  /** Those that nobody has answered yet, the newest first. */
  async list(options: CallOptions = {}): Promise<readonly Invitation[]> {
    const request = { method: "GET", path: "/invitations" } as const;
    const { body } = await this.#api.call(request, "read", options);
    const answer: InvitationList = this.#decoder.shaped(
      invitationListShape,
      body,
    );
    return answer.items;
  }

  /** Invites somebody by mail; with `by: "link"` the answer has the link, here alone. */
  async create(
    invitation: NewInvitation,
    options: CallOptions = {},
  ): Promise<Invitation> {
    const path = "/invitations";
    const request = { method: "POST", path, body: invitation } as const;
    const { body } = await this.#api.call(request, "once", options);
    return this.#decoder.shaped(invitationShape, body);
  }

  /** Takes an invitation back. */
  async revoke(id: string, options: CallOptions = {}): Promise<void> {
    const path = `/invitations/${encodeURIComponent(id)}`;
    await this.#api.call({ method: "DELETE", path }, "once", options);
  }
}
