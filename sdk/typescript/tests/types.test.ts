import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { BINARY, PACKAGE, REPOSITORY } from "./support/server.js";

const TSC = join(PACKAGE, "node_modules/typescript/bin/tsc");

interface Ran {
  readonly ok: boolean;
  readonly output: string;
}

function run(command: string, ...args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: PACKAGE,
    encoding: "utf8",
  });
  return { ok: status === 0, output: stdout + stderr };
}

function compile(project: string): Ran {
  return run(process.execPath, TSC, "--project", project);
}

test("what must not compile does not, and everything else does", () => {
  const { ok, output } = compile("tsconfig.json");
  assert(ok, output);
});

test("a field that is renamed on the server breaks the build of its clients", async () => {
  const folder = join(PACKAGE, "build/renamed");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const app = join(folder, "app");
  await cp(join(REPOSITORY, "apps/todo"), app, { recursive: true });
  await writeFile(
    join(folder, "page.ts"),
    `import { createClient, filter } from "mainstay-client";
import { schema } from "./todo.js";

const todos = createClient({ url: "http://a", schema }).records("todos");
const { items } = await todos.list({ filter: (todo) => todo.due.isNotNull(), sort: "due" });
const days: readonly (string | null)[] = items.map((todo) => todo.due);
await todos.update("id", { due: days[0] ?? null });
await todos.list({ filter: filter\`due == null\`, fields: ["due"] });
`,
  );
  const project = join(folder, "tsconfig.json");
  const settings = { extends: "../../tsconfig.json", include: ["."] };
  await writeFile(project, JSON.stringify(settings));

  const generate = (): Ran =>
    run(BINARY, "types", "--app", app, "--out", join(folder, "todo.ts"));
  assert(generate().ok);
  const before = compile(project);
  assert(before.ok, before.output);

  const collection = join(app, "collections/todos.toml");
  const text = await readFile(collection, "utf8");
  const renamed = text
    .replace("[fields.due]", "[fields.due_on]")
    .replace('"due"]', '"due_on"]');
  await writeFile(collection, renamed);
  const generated = generate();
  assert(generated.ok, generated.output);
  const after = compile(project);
  assert(!after.ok);
  const faults = after.output.match(/page\.ts\(\d+,\d+\): error/g) ?? [];
  assert.deepEqual(
    [...new Set(faults.map((fault) => fault.match(/\d+/)?.[0]))],
    ["5", "6", "7", "8"],
    after.output,
  );
});
