import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { PACKAGE, TestServer } from "./support/server.js";

test("the walk through the README compiles and prints what it says", async () => {
  const text = await readFile(join(PACKAGE, "README.md"), "utf8");
  const blocks = (language: string): readonly string[] =>
    Array.from(
      text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "gm")),
      ([, content = ""]) => content,
    );
  const server = await TestServer.start([]);
  const folder = join(PACKAGE, "build/readme");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const code = blocks("ts").join("\n");
  assert(code.includes("http://127.0.0.1:8090"));
  await writeFile(
    join(folder, "walk.ts"),
    code.replace("http://127.0.0.1:8090", server.url),
  );
  await cp(
    join(PACKAGE, "tests/generated/todo.ts"),
    join(folder, "mainstay.ts"),
  );
  const settings = {
    extends: "../../tsconfig.json",
    compilerOptions: { noEmit: false, rootDir: ".", outDir: "out" },
    include: ["."],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings));

  const node = (...args: readonly string[]): string => {
    const ran = spawnSync(process.execPath, args, { encoding: "utf8" });
    assert.equal(ran.status, 0, ran.stdout + ran.stderr);
    return ran.stdout;
  };
  try {
    node(join(PACKAGE, "node_modules/typescript/bin/tsc"), "-p", folder);
    assert.equal(node(join(folder, "out/walk.js")), blocks("text").join(""));
  } finally {
    await server.stop();
  }
});
