import {
  createServer,
  request as ask,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import type { Duplex } from "node:stream";

/** What the proxy does with a request: hands it on, loses the answer to it, adds to it, or answers itself. */
export type Verdict =
  | "pass"
  | "lose_answer"
  | { readonly add: Record<string, string> }
  | {
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    };

/** A request as it went through. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

/** Stands between client and server, counts, and does what networks do. */
export class Proxy {
  readonly seen: Seen[] = [];
  /** Asked for each request. */
  judge: (seen: Seen) => Verdict = () => "pass";
  #target: URL;
  readonly #server: Server;
  readonly #upgraded = new Set<Socket>();

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((request, response) => {
      this.#handle(request, response);
    });
    this.#server.on("upgrade", (request, near, head) => {
      this.#upgrade(request, near, head);
    });
  }

  static async start(target: string): Promise<Proxy> {
    const proxy = new Proxy(target);
    await new Promise<void>((resolve) => {
      proxy.#server.listen(0, "127.0.0.1", resolve);
    });
    return proxy;
  }

  /** Leads elsewhere from now on, for a server that has to know the address of the proxy first. */
  lead(target: string): void {
    this.#target = new URL(target);
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  count(method: string, path: string): number {
    return this.seen.filter(
      (seen) => seen.method === method && seen.path.startsWith(path),
    ).length;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    for (const socket of this.#upgraded) {
      socket.destroy();
    }
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const { method = "", url: path = "", headers } = request;
    const seen = { method, path, headers };
    this.seen.push(seen);
    const verdict = this.judge(seen);
    if (typeof verdict === "object" && "status" in verdict) {
      request.resume();
      response.writeHead(verdict.status, verdict.headers);
      response.end(verdict.body);
      return;
    }
    const { hostname, port } = this.#target;
    const onward = ask({ hostname, port, method, path, headers }, (answer) => {
      if (verdict === "lose_answer") {
        answer.resume();
        answer.on("end", () => response.destroy());
        return;
      }
      const added = typeof verdict === "object" ? verdict.add : {};
      const head = { ...answer.headers, ...added };
      response.writeHead(answer.statusCode ?? 502, head);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  }

  /** A WebSocket goes through as it is. */
  #upgrade(request: IncomingMessage, near: Duplex, head: Buffer): void {
    const { method = "", url: path = "", headers, rawHeaders } = request;
    this.seen.push({ method, path, headers });
    const far = connect(Number(this.#target.port), this.#target.hostname);
    this.#upgraded.add(far);
    const lines = [`${method} ${path} HTTP/1.1`];
    for (let at = 0; at < rawHeaders.length; at += 2) {
      lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
    }
    far.write(`${lines.join("\r\n")}\r\n\r\n`);
    far.write(head);
    far.on("error", () => near.destroy());
    near.on("error", () => far.destroy());
    far.on("close", () => {
      this.#upgraded.delete(far);
      near.destroy();
    });
    near.on("close", () => far.destroy());
    near.pipe(far).pipe(near);
  }
}
