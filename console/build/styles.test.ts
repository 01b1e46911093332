import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { styleFaults } from "./styles.ts";

const SOURCE = join(import.meta.dirname, "../src");

test("nothing of the console is coloured or measured but by tokens", () => {
  const files = readdirSync(SOURCE, { recursive: true })
    .map(String)
    .filter((file) => /\.(css|tsx)$/.test(file) && !file.startsWith("theme"));
  expect(files.length).toBeGreaterThan(20);
  const faults = files.flatMap((file) =>
    styleFaults(file, readFileSync(join(SOURCE, file), "utf8")).map(
      (fault) => `${file}:${fault}`,
    ),
  );
  expect(faults).toEqual([]);
});

test.each([
  "color: #fff;",
  "background: rgb(0 0 0 / 40%);",
  "border-block-end: 1px solid grey;",
  "padding: 0.25rem var(--mantine-spacing-xs);",
  "gap: 8px;",
  "font-size: 0.8rem;",
  "width: 12px;",
  "transition: opacity 200ms;",
  "margin-left: var(--mantine-spacing-xs);",
  "text-align: right;",
  "left: 0;",
])("a style sheet may not say `%s`", (line) => {
  expect(styleFaults("a.module.css", `.a {\n  ${line}\n}`)).toHaveLength(1);
});

test.each([
  "color: var(--console-quiet);",
  "background: transparent;",
  "border-inline-start: 2px solid var(--console-line);",
  "padding: calc(var(--mantine-spacing-xs) - 1px);",
  "margin: 0 auto;",
  "max-width: 40rem;",
  "inset-inline-start: 1px;",
  "transition: opacity var(--console-quick);",
  "/* color: #fff; */",
])("a style sheet may say `%s`", (line) => {
  expect(styleFaults("a.module.css", `.a {\n  ${line}\n}`)).toEqual([]);
});

test.each([
  "<Box p={12} />",
  '<Box ml="md" />',
  '<Text ta="right" />',
  '<Text c="#123456" />',
  '<div style={{ color: "rgb(1 2 3)" }} />',
])("a component may not say `%s`", (line) => {
  expect(styleFaults("a.tsx", line)).toHaveLength(1);
});

test.each([
  '<Box p="md" m={0} />',
  "<Skeleton height={14} />",
  '<a href="#content" />',
])("a component may say `%s`", (line) => {
  expect(styleFaults("a.tsx", line)).toEqual([]);
});
