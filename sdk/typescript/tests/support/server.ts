import { spawn, type ChildProcess } from "node:child_process";
import {
  appendFile,
  cp,
  mkdtemp,
  readFile,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import {
  createClient,
  memoryStore,
  type Client,
  type SessionStore,
} from "mainstay-client";
import { schema, type Schema } from "../generated/todo.js";

export type TodoClient = Client<Schema>;

/** The package of the client; tests run from it. */
export const PACKAGE = process.cwd();
export const REPOSITORY = resolve(PACKAGE, "../..");
export const BINARY =
  process.env["MAINSTAY_BINARY"] ?? join(REPOSITORY, "target/debug/mainstay");

/** Debian's, and its names elsewhere. */
export const BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** What a test adds to an application. */
export interface Additions {
  /** The end of its `mainstay.toml`. */
  readonly definition?: string;
  /** Settings, as variables of the environment. */
  readonly settings?: Record<string, string>;
}

/** The real server with the seeded to-do application, in a folder of its own. */
export class TestServer {
  readonly url: string;
  readonly folder: string;
  readonly #password: string;
  readonly #process: ChildProcess;
  readonly #lines: string[];

  private constructor(
    url: string,
    folder: string,
    lines: string[],
    process: ChildProcess,
  ) {
    this.url = url;
    this.folder = folder;
    this.#lines = lines;
    this.#process = process;
    this.#password =
      lines.join("\n").match(/password of .* is (\S+)/)?.[1] ?? "";
  }

  /** Starts `mainstay dev` with an application of the repository; further arguments are for it. */
  static async start(
    args: readonly string[] = ["--seed"],
    app = "apps/todo",
    more: Additions = {},
  ): Promise<TestServer> {
    const folder = await mkdtemp(join(tmpdir(), "mainstay-sdk-"));
    await cp(join(REPOSITORY, app), join(folder, "app"), { recursive: true });
    if (more.definition !== undefined) {
      await appendFile(join(folder, "app/mainstay.toml"), more.definition);
    }
    const command = ["dev", "--app", "app", "--data", "data"];
    const child = spawn(
      BINARY,
      [...command, "--listen", "127.0.0.1:0", ...args],
      {
        cwd: folder,
        env: more.settings ?? {},
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const lines: string[] = [];
    const url = await new Promise<string>((found, failed) => {
      createInterface(child.stdout).on("line", (line) => {
        lines.push(line);
        const address = /answers at (http:\S+),/.exec(line)?.[1];
        if (address !== undefined) {
          found(address);
        }
      });
      child.stderr.on("data", (data: Buffer) => lines.push(data.toString()));
      child.on("error", failed);
      child.on("exit", () => {
        failed(new Error(`the server has stopped:\n${lines.join("\n")}`));
      });
    });
    return new TestServer(url, folder, lines, child);
  }

  get password(): string {
    return this.#password;
  }

  client(session: SessionStore = memoryStore(), url = this.url): TodoClient {
    return createClient({ url, schema, session });
  }

  /** A client of one of the people of the seed, such as `nora`. */
  async signedIn(
    name: string,
    session: SessionStore = memoryStore(),
    url = this.url,
  ): Promise<TodoClient> {
    const client = this.client(session, url);
    const email = `${name}@example.com`;
    await client.auth.signIn({ email, password: this.#password });
    return client;
  }

  /** Changes a file of the definition, and waits until the server has followed. */
  async change(path: string, change: (text: string) => string): Promise<void> {
    const file = join(this.folder, "app", path);
    const from = this.#lines.length;
    await writeFile(file, change(await readFile(file, "utf8")));
    await this.said("The new definition is in force.", from);
  }

  /** Waits for a line of the server. */
  async said(part: string, from = 0): Promise<void> {
    const end = Date.now() + 20_000;
    while (!this.#lines.slice(from).some((line) => line.includes(part))) {
      if (this.#process.exitCode !== null || Date.now() > end) {
        throw new Error(`never said ${part}:\n${this.#lines.join("\n")}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = new Promise((resolve) => this.#process.on("exit", resolve));
      this.#process.kill("SIGTERM");
      await ended;
    }
    await rm(this.folder, { recursive: true });
  }
}

/** The only item, or the first of several. */
export function first<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) {
    throw new Error("there is no item");
  }
  return item;
}
