import type { Api, CallOptions } from "./api.js";
import type { Decoder } from "./decoder.js";
import {
  accountShape,
  type Account as AccountState,
  type AddressChange,
  type PasswordReset,
} from "./generated/protocol.js";
import type { Session } from "./session/session.js";

/** What happens to an account by mail. Secrets are what stands behind the `=` of the links. */
export class Account {
  readonly #api: Api;
  readonly #decoder: Decoder;
  readonly #session: Session;

  constructor(api: Api, decoder: Decoder, session: Session) {
    this.#api = api;
    this.#decoder = decoder;
    this.#session = session;
  }

  /** Whether the address of the signed-in user is confirmed, and how people sign in. */
  async read(options: CallOptions = {}): Promise<AccountState> {
    const request = { method: "GET", path: "/auth/account" } as const;
    const { body } = await this.#api.call(request, "read", options);
    return this.#decoder.shaped(accountShape, body);
  }

  /** Sends a link for a new password, if somebody has the address; nobody learns whether. */
  async requestPasswordReset(
    email: string,
    options: CallOptions = {},
  ): Promise<void> {
    await this.#ask("/auth/request-password-reset", { email }, options);
  }

  /** Sets a new password with the secret of a link, and ends all sessions of the user. */
  async resetPassword(
    reset: PasswordReset,
    options: CallOptions = {},
  ): Promise<void> {
    await this.#ask("/auth/reset-password", reset, options);
  }

  /** Sends the signed-in user a link to confirm their address. */
  async requestVerification(options: CallOptions = {}): Promise<void> {
    const path = "/auth/request-verification";
    await this.#api.call({ method: "POST", path }, "once", options);
  }

  /** Confirms an address with the secret of a link. */
  async verifyAddress(token: string, options: CallOptions = {}): Promise<void> {
    await this.#ask("/auth/verify-address", { token }, options);
  }

  /** Sends a link to the new address of the signed-in user; until it is opened nothing changes. */
  async requestAddressChange(
    change: AddressChange,
    options: CallOptions = {},
  ): Promise<void> {
    const path = "/auth/request-address-change";
    const request = { method: "POST", path, body: change } as const;
    await this.#api.call(request, "once", options);
  }

  /** Takes the new address with the secret of a link. */
  async confirmAddressChange(
    token: string,
    options: CallOptions = {},
  ): Promise<void> {
    await this.#ask("/auth/confirm-address-change", { token }, options);
  }

  /** Deletes the account of the signed-in user for good, and forgets the session. */
  async delete(password: string, options: CallOptions = {}): Promise<void> {
    const path = "/auth/delete-account";
    const request = { method: "POST", path, body: { password } } as const;
    await this.#api.call(request, "once", options);
    await this.#session.forget();
  }

  /** Whoever opens a link need not be signed in. */
  async #ask(path: string, body: object, options: CallOptions): Promise<void> {
    const request = { method: "POST", path, body } as const;
    await this.#api.callUnsigned(request, options);
  }
}
