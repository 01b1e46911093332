import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** What a browser may have to load before the first page, and for any page more: kilobytes of JavaScript in brotli. */
const ENTRY_MAX = 180;
const PAGE_MAX = 120;

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}
type Manifest = Readonly<Record<string, Chunk>>;

/** Ends the build when a page has become too heavy. Stands behind what compresses. */
export function budget(): Plugin {
  let folder = "";
  return {
    name: "budget",
    apply: "build",
    configResolved(config) {
      folder = config.build.outDir;
    },
    closeBundle: {
      order: "post",
      sequential: true,
      handler() {
        const path = join(folder, ".vite/manifest.json");
        const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
        const entries = Object.keys(manifest).filter(
          (name) => manifest[name]?.isEntry === true,
        );
        const entry = withImports(manifest, entries);
        const weight = (names: Iterable<string>) => {
          let bytes = 0;
          for (const name of names) {
            const file = manifest[name]?.file ?? "";
            bytes += file.endsWith(".js")
              ? statSync(join(folder, `${file}.br`)).size
              : 0;
          }
          return Math.ceil(bytes / 1024);
        };
        const lines = [`entry: ${weight(entry)} of ${ENTRY_MAX} KB`];
        let isOver = weight(entry) > ENTRY_MAX;
        const pages = [...entry].flatMap(
          (name) => manifest[name]?.dynamicImports ?? [],
        );
        for (const page of new Set(pages)) {
          const more = [...withImports(manifest, [page])].filter(
            (name) => !entry.has(name),
          );
          lines.push(`${page}: ${weight(more)} of ${PAGE_MAX} KB more`);
          isOver ||= weight(more) > PAGE_MAX;
        }
        this.info(lines.join("\n"));
        if (isOver) {
          this.error("a page of the console is heavier than it may be");
        }
      },
    },
  };
}

/** The chunks with everything that they need at once. */
function withImports(
  manifest: Manifest,
  names: readonly string[],
): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (!found.has(name)) {
      found.add(name);
      open.push(...(manifest[name]?.imports ?? []));
    }
  }
  return found;
}
