import type { Api, CallOptions } from "./api.js";
import type { Decoder } from "./decoder.js";
import { Unauthenticated } from "./errors/unauthenticated.js";
import {
  ownSessionsShape,
  signInChallengeShape,
  type ChangePassword,
  type CodeSignIn,
  type OwnSession,
  type OwnSessions,
  type SetUp,
  type SignIn,
  type SignInChallenge,
} from "./generated/protocol.js";
import type { JsonObject } from "./json.js";
import type { SchemaTypes } from "./schema.js";
import type { Session } from "./session/session.js";

type User<S extends SchemaTypes> = S["session"]["user"];

/** Who is signed in. The client keeps and renews the session; nobody else needs its tokens. */
export class Auth<S extends SchemaTypes> {
  readonly #api: Api;
  readonly #decoder: Decoder;
  readonly #session: Session;

  constructor(api: Api, decoder: Decoder, session: Session) {
    this.#api = api;
    this.#decoder = decoder;
    this.#session = session;
  }

  /** Makes an account and signs in. Only where the application lets people sign up. */
  async signUp(
    account: S["signUp"],
    options: CallOptions = {},
  ): Promise<User<S>> {
    return this.#begin("/auth/sign-up", account, options);
  }

  async signIn(
    credentials: Omit<SignIn, "session">,
    options: CallOptions = {},
  ): Promise<User<S>> {
    return this.#begin("/auth/sign-in", credentials, options);
  }

  /** Sends a code to the address, if somebody has it. What is given works together with the code. */
  async requestCode(
    email: string,
    options: CallOptions = {},
  ): Promise<SignInChallenge> {
    const path = "/auth/request-code";
    const request = { method: "POST", path, body: { email } } as const;
    const { body } = await this.#api.callUnsigned(request, options);
    return this.#decoder.shaped(signInChallengeShape, body);
  }

  async signInWithCode(
    answer: Omit<CodeSignIn, "session">,
    options: CallOptions = {},
  ): Promise<User<S>> {
    return this.#begin("/auth/sign-in-with-code", answer, options);
  }

  /** Sends a link to the address, if somebody has it. */
  async requestLink(email: string, options: CallOptions = {}): Promise<void> {
    const path = "/auth/request-link";
    const request = { method: "POST", path, body: { email } } as const;
    await this.#api.callUnsigned(request, options);
  }

  /** Signs in with the secret of a link: what stands behind its `=`. */
  async signInWithLink(
    token: string,
    options: CallOptions = {},
  ): Promise<User<S>> {
    return this.#begin("/auth/sign-in-with-link", { token }, options);
  }

  /** Makes the account that somebody was invited to, with what the invitation leaves open, and signs in. */
  async acceptInvitation(
    answer: { readonly token: string; readonly password: string } & JsonObject,
    options: CallOptions = {},
  ): Promise<User<S>> {
    return this.#begin("/auth/accept-invitation", answer, options);
  }

  /** Makes the first administrator with the code that a new server prints, and signs in. */
  async setUp(account: SetUp, options: CallOptions = {}): Promise<User<S>> {
    return this.#begin("/setup", account, options);
  }

  /** Ends the session on the server and here. Whoever is signed out already stays it. */
  async signOut(options: CallOptions = {}): Promise<void> {
    if ((await this.#session.load()) === null) {
      return;
    }
    try {
      const request = { method: "POST", path: "/auth/sign-out" } as const;
      await this.#api.call(request, "once", options);
    } catch (error) {
      if (!(error instanceof Unauthenticated)) {
        throw error;
      }
    }
    await this.#session.forget();
  }

  /** The signed-in user as the server knows them now. */
  async me(options: CallOptions = {}): Promise<User<S>> {
    const request = { method: "GET", path: "/auth/me" } as const;
    const { body } = await this.#api.call(request, "read", options);
    return this.#decoder.record("users", body);
  }

  /** Changes the password of the signed-in user, and ends all their other sessions. */
  async changePassword(
    change: ChangePassword,
    options: CallOptions = {},
  ): Promise<void> {
    const path = "/auth/password";
    const request = { method: "POST", path, body: change } as const;
    await this.#api.call(request, "once", options);
  }

  /** Where the signed-in user is signed in, the last used first. */
  async sessions(options: CallOptions = {}): Promise<readonly OwnSession[]> {
    const request = { method: "GET", path: "/auth/sessions" } as const;
    const { body } = await this.#api.call(request, "read", options);
    const answer: OwnSessions = this.#decoder.shaped(ownSessionsShape, body);
    return answer.items;
  }

  /** Ends one of the sessions of the signed-in user, on another device for example. */
  async endSession(id: string, options: CallOptions = {}): Promise<void> {
    const path = `/auth/sessions/${encodeURIComponent(id)}`;
    await this.#api.call({ method: "DELETE", path }, "once", options);
  }

  /** Ends all sessions of the signed-in user but this one. */
  async endOtherSessions(options: CallOptions = {}): Promise<void> {
    const request = { method: "DELETE", path: "/auth/sessions" } as const;
    await this.#api.call(request, "once", options);
  }

  /** The id of the signed-in user as it is kept here, without asking the server; null for nobody. */
  async userId(): Promise<string | null> {
    return (await this.#session.load())?.userId ?? null;
  }

  async #begin(
    path: string,
    body: object,
    options: CallOptions,
  ): Promise<User<S>> {
    const request = { method: "POST", path, body } as const;
    const answer = await this.#api.callUnsigned(request, options);
    const session: S["session"] = this.#decoder.session(answer.body);
    await this.#session.keep(session);
    return session.user;
  }
}
