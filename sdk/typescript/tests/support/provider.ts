import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider, type Configuration } from "oidc-provider";

export const CLIENT_ID = "todo";
export const CLIENT_SECRET = "a-secret-of-the-test";

/** What somebody at the provider says of themselves. */
export interface Person {
  readonly email: string;
  readonly verified: boolean;
}

/** A real OpenID provider on this machine, which signs in whoever the test says without asking. */
export class LocalProvider {
  readonly issuer: string;
  readonly people = new Map<string, Person>();
  readonly #server: Server;
  /** Who sits in front of it. */
  person = "";

  private constructor(server: Server, issuer: string) {
    this.#server = server;
    this.issuer = issuer;
  }

  static async start(): Promise<LocalProvider> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return new LocalProvider(server, `http://127.0.0.1:${String(port)}`);
  }

  /** Serves for an application that may be led back to these addresses. */
  serve(redirects: string[]): void {
    const provider = new Provider(this.issuer, this.#configuration(redirects));
    const callback = provider.callback();
    this.#server.on("request", (request, response) => {
      if (request.url?.startsWith("/interaction/") !== true) {
        void callback(request, response);
        return;
      }
      void this.#consent(provider, request, response);
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #consent(
    provider: Provider,
    request: Parameters<Provider["interactionDetails"]>[0],
    response: Parameters<Provider["interactionDetails"]>[1],
  ): Promise<void> {
    const grant = new provider.Grant({
      accountId: this.person,
      clientId: CLIENT_ID,
    });
    grant.addOIDCScope("openid email profile");
    const grantId = await grant.save();
    const result = {
      login: { accountId: this.person },
      consent: { grantId },
    };
    await provider.interactionFinished(request, response, result);
  }

  #configuration(redirects: string[]): Configuration {
    return {
      clients: [
        {
          client_id: CLIENT_ID,
          client_secret: CLIENT_SECRET,
          redirect_uris: redirects,
        },
      ],
      claims: { openid: ["sub"], email: ["email", "email_verified"] },
      // In the ID token, where most providers have them.
      conformIdTokenClaims: false,
      features: { devInteractions: { enabled: false } },
      interactions: {
        url: (_, interaction) => `/interaction/${interaction.uid}`,
      },
      pkce: { required: () => true },
      cookies: { keys: ["a key of the test"] },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => {
          const person = this.people.get(id);
          return {
            sub: id,
            email: person?.email ?? "",
            email_verified: person?.verified ?? false,
          };
        },
      }),
    };
  }
}
