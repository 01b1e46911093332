import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

import { budget } from "./build/budget.ts";
import { compressed } from "./build/compressed.ts";
import { themeCss } from "./build/theme-css.ts";

/** Where the server answers while the console is developed: `npm run dev` beside `mainstay dev`. */
const server = process.env["MAINSTAY_URL"] ?? "http://127.0.0.1:8090";
const client = new URL("../sdk/typescript/src/index.ts", import.meta.url);

export default defineConfig({
  base: "/console/",
  plugins: [react(), themeCss(), compressed(), budget()],
  resolve: { alias: { "mainstay-client": fileURLToPath(client) } },
  build: {
    target: "es2023",
    // Those that know `light-dark()` themselves: what would stand in for it knows no theme that a person chose.
    cssTarget: ["chrome125", "firefox125", "safari18"],
    // Named in the page itself, so that no script has to be inline.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    manifest: true,
  },
  server: {
    strictPort: true,
    proxy: { "/api": { target: server, ws: true } },
  },
  test: { include: ["{src,build}/**/*.test.{ts,tsx}"] },
});
