import { spawn, type ChildProcess } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const BINARY =
  process.env["MAINSTAY_BINARY"] ?? join(REPOSITORY, "target/debug/mainstay");

/** A record as the API answers. */
export interface Row {
  readonly id: string;
  readonly version: number;
  readonly [field: string]: unknown;
}

/** What a test adds to an application. */
export interface Additions {
  /** Lines for the top of its `mainstay.toml`, such as `views = true`. */
  readonly settings?: string;
  /** The end of it. Where it is given, the server knows its address, which links of mails and passkeys need. */
  readonly definition?: string;
}

/** The real server with an application of the repository, in a folder of its own. */
export class Server {
  readonly url: string;
  readonly folder: string;
  readonly #lines: readonly string[];
  readonly #process: ChildProcess;

  private constructor(
    url: string,
    folder: string,
    lines: readonly string[],
    process: ChildProcess,
  ) {
    this.url = url;
    this.folder = folder;
    this.#lines = lines;
    this.#process = process;
  }

  static async start(
    args: readonly string[] = ["--seed"],
    app = "todo",
    more: Additions | null = null,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), "mainstay-e2e-"));
    let from = join(REPOSITORY, "apps", app);
    if (more !== null) {
      await cp(from, join(folder, "app"), { recursive: true });
      from = join(folder, "app");
      const file = join(from, "mainstay.toml");
      const text = await readFile(file, "utf8");
      await writeFile(
        file,
        `${more.settings ?? ""}\n${text}\n${more.definition ?? ""}`,
      );
    }
    // Passkeys and links of mails want to know the address before.
    const isKnown = more?.definition !== undefined;
    const port = isKnown ? await freePort() : 0;
    const child = spawn(
      BINARY,
      [
        ...["dev", "--app", from, "--data", join(folder, "data")],
        ...["--listen", `127.0.0.1:${port}`, ...args],
      ],
      {
        env: {
          ...env,
          ...(isKnown
            ? { MAINSTAY_SERVER__PUBLIC_URL: `http://localhost:${port}` }
            : {}),
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const lines: string[] = [];
    const url = await new Promise<string>((found, failed) => {
      createInterface(child.stdout).on("line", (line) => {
        lines.push(line);
        const address = /answers at (http:\S+),/.exec(line)?.[1];
        if (address !== undefined) {
          found(address.replace("127.0.0.1", "localhost"));
        }
      });
      child.stderr.on("data", (data: Buffer) => lines.push(String(data)));
      child.on("error", failed);
      child.on("exit", () =>
        failed(new Error(`the server has stopped:\n${lines.join("\n")}`)),
      );
    });
    return new Server(url, folder, lines, child);
  }

  /** Of all people of the seed. */
  get password(): string {
    return this.#found(/password of .* is (\S+)/);
  }

  /** With which the first administrator is made. It is the last thing that a new server says. */
  async setUpCode(): Promise<string> {
    const pattern = /enter the code (\S+)/;
    const end = Date.now() + 20_000;
    while (!this.#lines.some((line) => pattern.test(line))) {
      if (Date.now() > end) {
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return this.#found(pattern);
  }

  /** Makes the first administrator, as somebody who runs a server does. */
  async setUp(): Promise<void> {
    const answer = await fetch(`${this.url}/api/v1/setup`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        code: await this.setUpCode(),
        email: "ada@example.com",
        password: this.password,
      }),
    });
    if (!answer.ok) {
      throw new Error(`the server cannot be set up: ${await answer.text()}`);
    }
  }

  /** What somebody does from elsewhere meanwhile, through the API. */
  async as(name: string): Promise<Person> {
    return Person.signedIn(this.url, `${name}@example.com`, this.password);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = new Promise((end) => this.#process.on("exit", end));
      this.#process.kill("SIGTERM");
      await ended;
    }
    await rm(this.folder, { recursive: true });
  }

  #found(pattern: RegExp): string {
    const text = this.#lines.join("\n");
    const found = pattern.exec(text)?.[1];
    if (found === undefined) {
      throw new Error(`the server never said ${pattern}:\n${text}`);
    }
    return found;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Somebody who uses the API. */
export class Person {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  static async signedIn(
    url: string,
    email: string,
    password: string,
  ): Promise<Person> {
    const answer = await fetch(`${url}/api/v1/auth/sign-in`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    if (!answer.ok) {
      throw new Error(`${email} cannot sign in: ${await answer.text()}`);
    }
    const { access_token } = (await answer.json()) as { access_token: string };
    return new Person(url, access_token);
  }

  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        "content-type": "application/json",
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new Error(`${method} ${path}: ${text}`);
    }
    return text === "" ? null : JSON.parse(text);
  }

  async create(collection: string, values: object): Promise<Row> {
    return (await this.call("POST", `/records/${collection}`, values)) as Row;
  }

  async update(collection: string, id: string, values: object): Promise<Row> {
    const path = `/records/${collection}/${id}`;
    return (await this.call("PATCH", path, values)) as Row;
  }

  async first(collection: string, filter: string): Promise<Row> {
    const query = new URLSearchParams({ filter, limit: "1" });
    const path = `/records/${collection}?${query}`;
    const { items } = (await this.call("GET", path)) as { items: Row[] };
    const [row] = items;
    if (row === undefined) {
      throw new Error(`there is none of ${collection} with ${filter}`);
    }
    return row;
  }
}
