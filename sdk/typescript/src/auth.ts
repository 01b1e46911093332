import type { Api, CallOptions } from "./api.js";
import type { Decoder } from "./decoder.js";
import { accept, isObject } from "./decode.js";
import { SecondFactorNeeded } from "./errors/second-factor-needed.js";
import { Unauthenticated } from "./errors/unauthenticated.js";
import {
  begunAtProviderShape,
  newTotpShape,
  ownSecondFactorShape,
  ownSessionsShape,
  passkeyListShape,
  passkeyOptionsShape,
  passkeyShape,
  providersShape,
  recoveryCodesShape,
  secondFactorNeededShape,
  signInChallengeShape,
  type BegunAtProvider,
  type ChangePassword,
  type CodeSignIn,
  type CompleteAtProvider,
  type CurrentPassword,
  type NewTotp,
  type OwnSecondFactor,
  type OwnSession,
  type OwnSessions,
  type Passkey,
  type PasskeyList,
  type Providers,
  type RecoveryCodes,
  type SecondFactor,
  type SecondFactorNeeded as Needed,
  type SetUp,
  type SignIn,
  type SignInChallenge,
} from "./generated/protocol.js";
import type { JsonObject } from "./json.js";
import { makeCredential, signCredential } from "./passkeys.js";
import type { SchemaTypes } from "./schema.js";
import type { Session } from "./session/session.js";

type User<S extends SchemaTypes> = S["session"]["user"];

/** What an authenticator is asked for. The browser checks its members. */
interface Wanted<T> {
  readonly public_key: T;
}

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
    return this.#beginNew("/auth/sign-up", account, options);
  }

  /** Throws `SecondFactorNeeded` where the user has a second factor: `completeSignIn` goes on. */
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

  /**
   * Signs in with a passkey, which is two factors in one; in browsers, on a page of the application's host. With
   * `conditional` the browser offers passkeys where people type their name (`autocomplete="username webauthn"`).
   */
  async signInWithPasskey(
    options: CallOptions & { readonly conditional?: boolean } = {},
  ): Promise<User<S>> {
    const path = "/auth/sign-in-with-passkey";
    const request = { method: "POST", path: `${path}/begin` } as const;
    const { body } = await this.#api.callUnsigned(request, options);
    const begun: Wanted<PublicKeyCredentialRequestOptionsJSON> =
      this.#decoder.shaped(passkeyOptionsShape, body);
    const credential = await signCredential(begun.public_key, {
      mediation: options.conditional === true ? "conditional" : "optional",
      ...(options.signal && { signal: options.signal }),
    });
    return this.#begin(path, { credential }, options);
  }

  /** Makes the account that somebody was invited to, with what the invitation leaves open, and signs in. */
  async acceptInvitation(
    answer: { readonly token: string; readonly password: string } & JsonObject,
    options: CallOptions = {},
  ): Promise<User<S>> {
    return this.#begin("/auth/accept-invitation", answer, options);
  }

  /** Shows the second factor: a code of the authenticator, or one of the recovery codes. */
  async completeSignIn(
    needed: Pick<SecondFactorNeeded, "challenge">,
    shown: { readonly code: string } | { readonly recoveryCode: string },
    options: CallOptions = {},
  ): Promise<User<S>> {
    const { challenge } = needed;
    const factor: SecondFactor =
      "code" in shown
        ? { challenge, code: shown.code }
        : { challenge, recovery_code: shown.recoveryCode };
    return this.#begin("/auth/sign-in/second-factor", factor, options);
  }

  /** Where else people may sign in. */
  async providers(
    options: CallOptions = {},
  ): Promise<readonly { readonly name: string; readonly title: string }[]> {
    const request = { method: "GET", path: "/auth/providers" } as const;
    const { body } = await this.#api.callUnsigned(request, options);
    const answer: Providers = this.#decoder.shaped(providersShape, body);
    return answer.items;
  }

  /**
   * Begins to sign in at a provider. Open `url` in a browser, and keep `secret` until the browser is led to
   * `redirectUri`, one of the `redirects` of the definition.
   */
  async beginAtProvider(
    provider: string,
    redirectUri: string,
    options: CallOptions = {},
  ): Promise<BegunAtProvider> {
    const path = `/auth/providers/${encodeURIComponent(provider)}/begin`;
    const body = { redirect_uri: redirectUri };
    const request = { method: "POST", path, body } as const;
    const answer = await this.#api.callUnsigned(request, options);
    return this.#decoder.shaped(begunAtProviderShape, answer.body);
  }

  /** Signs in with what the provider led back with. */
  async completeAtProvider(
    provider: string,
    cameBack: CompleteAtProvider,
    options: CallOptions = {},
  ): Promise<User<S>> {
    const path = `/auth/providers/${encodeURIComponent(provider)}/complete`;
    return this.#begin(path, cameBack, options);
  }

  /** Makes the first administrator with the code that a new server prints, and signs in. */
  async setUp(account: SetUp, options: CallOptions = {}): Promise<User<S>> {
    return this.#beginNew("/setup", account, options);
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
    const body = await this.#get("/auth/me", options);
    return this.#decoder.record("users", body);
  }

  /** The signed-in user, or null: for a page that does not know yet whether somebody is there. */
  async user(options: CallOptions = {}): Promise<User<S> | null> {
    const body = await this.#get("/auth/session", options);
    const user = isObject(body) ? body["user"] : null;
    return user === null ? null : this.#decoder.record("users", user);
  }

  /** Changes the password of the signed-in user, and ends all their other sessions. */
  async changePassword(
    change: ChangePassword,
    options: CallOptions = {},
  ): Promise<void> {
    await this.#post("/auth/password", change, options);
  }

  /** Where the signed-in user is signed in, the last used first. */
  async sessions(options: CallOptions = {}): Promise<readonly OwnSession[]> {
    const body = await this.#get("/auth/sessions", options);
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

  /** What the signed-in user has of second factors. */
  async secondFactor(options: CallOptions = {}): Promise<OwnSecondFactor> {
    const body = await this.#get("/auth/second-factor", options);
    return this.#decoder.shaped(ownSecondFactorShape, body);
  }

  /** Begins to set up an authenticator. A session that is older than ten minutes needs the password. */
  async beginTotp(
    proof: CurrentPassword = {},
    options: CallOptions = {},
  ): Promise<NewTotp> {
    const body = await this.#post("/auth/totp", proof, options);
    return this.#decoder.shaped(newTotpShape, body);
  }

  /** Takes the first code of the authenticator; gives recovery codes, to be shown once. */
  async confirmTotp(
    code: string,
    options: CallOptions = {},
  ): Promise<readonly string[]> {
    const body = await this.#post("/auth/totp/confirm", { code }, options);
    return this.#recoveryCodes(body);
  }

  /** Removes the authenticator and its recovery codes. */
  async removeTotp(
    proof: CurrentPassword = {},
    options: CallOptions = {},
  ): Promise<void> {
    await this.#post("/auth/totp/remove", proof, options);
  }

  /** Has a browser make a passkey for the signed-in user. A session that is older than ten minutes needs the password. */
  async addPasskey(
    { name, ...proof }: CurrentPassword & { readonly name?: string } = {},
    options: CallOptions = {},
  ): Promise<Passkey> {
    const begun: Wanted<PublicKeyCredentialCreationOptionsJSON> =
      this.#decoder.shaped(
        passkeyOptionsShape,
        await this.#post("/auth/passkeys/begin", proof, options),
      );
    const credential = await makeCredential(begun.public_key);
    const body = name === undefined ? { credential } : { credential, name };
    const added = await this.#post("/auth/passkeys", body, options);
    return this.#decoder.shaped(passkeyShape, added);
  }

  /** The passkeys of the signed-in user, the oldest first. */
  async passkeys(options: CallOptions = {}): Promise<readonly Passkey[]> {
    const body = await this.#get("/auth/passkeys", options);
    const list: PasskeyList = this.#decoder.shaped(passkeyListShape, body);
    return list.items;
  }

  /** Removes a passkey, unless it is the last way to sign in. */
  async removePasskey(
    id: string,
    proof: CurrentPassword = {},
    options: CallOptions = {},
  ): Promise<void> {
    const path = `/auth/passkeys/${encodeURIComponent(id)}/remove`;
    await this.#post(path, proof, options);
  }

  /** Puts new recovery codes in the place of those before. */
  async makeRecoveryCodes(
    proof: CurrentPassword = {},
    options: CallOptions = {},
  ): Promise<readonly string[]> {
    const body = await this.#post("/auth/recovery-codes", proof, options);
    return this.#recoveryCodes(body);
  }

  /** The id of the signed-in user as it is kept here, without asking the server; null for nobody. */
  async userId(): Promise<string | null> {
    return (await this.#session.load())?.userId ?? null;
  }

  /** With a new account, which the server gives tokens for: they are ended at once where the session is a cookie. */
  async #beginNew(
    path: string,
    account: object,
    options: CallOptions,
  ): Promise<User<S>> {
    if (!this.#session.isCookie) {
      return this.#begin(path, account, options);
    }
    const request = { method: "POST", path, body: account } as const;
    const answer = await this.#api.callUnsigned(request, options);
    const session: S["session"] = this.#decoder.session(answer.body);
    const headers = { authorization: `Bearer ${session.access_token}` };
    const end = { method: "POST", path: "/auth/sign-out", headers } as const;
    await this.#api.callUnsigned(end, options);
    const { email, password } = accept<Omit<SignIn, "session">>(account, null);
    return this.signIn({ email, password }, options);
  }

  async #begin(
    path: string,
    given: object,
    options: CallOptions,
  ): Promise<User<S>> {
    const { isCookie } = this.#session;
    const body = isCookie ? { ...given, session: "cookie" } : given;
    const request = { method: "POST", path, body } as const;
    const answer = await this.#api.callUnsigned(request, options);
    if (isObject(answer.body) && "second_factor" in answer.body) {
      const { second_factor: needed }: Needed = this.#decoder.shaped(
        secondFactorNeededShape,
        answer.body,
      );
      throw new SecondFactorNeeded(needed.challenge, needed.expires_in);
    }
    if (isCookie) {
      const { user } = isObject(answer.body) ? answer.body : { user: null };
      const known: User<S> = this.#decoder.record("users", user);
      this.#session.keepCookie(known.id);
      return known;
    }
    const session: S["session"] = this.#decoder.session(answer.body);
    await this.#session.keep(session);
    return session.user;
  }

  async #get(path: string, options: CallOptions): Promise<unknown> {
    const request = { method: "GET", path } as const;
    return (await this.#api.call(request, "read", options)).body;
  }

  async #post(
    path: string,
    body: object,
    options: CallOptions,
  ): Promise<unknown> {
    const request = { method: "POST", path, body } as const;
    return (await this.#api.call(request, "once", options)).body;
  }

  #recoveryCodes(body: unknown): readonly string[] {
    const codes: RecoveryCodes = this.#decoder.shaped(recoveryCodesShape, body);
    return codes.recovery_codes;
  }
}
