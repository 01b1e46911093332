import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

/** Debian's, and its names elsewhere. */
const executablePath = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => existsSync(path));
if (executablePath === undefined) {
  throw new Error("there is no browser: run scripts/setup");
}

/** A measurement, one after the other: nothing else shall want the processors. */
export default defineConfig({
  testDir: "src",
  testMatch: "*.bench.ts",
  outputDir: "../../target/bench-console",
  workers: 1,
  retries: 0,
  timeout: 900_000,
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: {
    locale: "en-GB",
    launchOptions: {
      executablePath,
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run"],
    },
  },
});
