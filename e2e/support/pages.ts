import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Locator, Page } from "@playwright/test";

const CONSOLE = resolve(import.meta.dirname, "../../console/src");

/** A page of the console, or something that opens over one. */
export interface ConsolePage {
  readonly name: string;
  /** As the router has it; null for what has no address of its own. */
  readonly route: string | null;
  /** Below `/console`, with the id of a record of to-dos. */
  readonly path: string | ((id: string) => string);
  /** Is it for somebody who is not signed in? */
  readonly open?: true;
  /** Leads there from the address. */
  readonly reach?: (page: Page) => Promise<void>;
  /** Is there once everything is. */
  readonly seen: (page: Page) => Locator;
}

const heading = (name: string | RegExp) => (page: Page) =>
  page.getByRole("heading", { name, level: 1 });

/** Every page. One that is missing here fails `every-page.spec.ts`. */
export const PAGES: readonly ConsolePage[] = [
  {
    name: "sign-in",
    route: "/sign-in",
    path: "/sign-in",
    open: true,
    seen: (page) => page.getByRole("button", { name: "Sign in", exact: true }),
  },
  {
    name: "set-up",
    route: "/set-up",
    path: "/set-up",
    open: true,
    seen: (page) => page.getByText("To-do is set up already."),
  },
  { name: "home", route: "/", path: "/", seen: heading("To-do") },
  {
    name: "collection",
    route: "/collections/$collection",
    path: "/collections/todos",
    seen: (page) => page.getByRole("row").nth(3),
  },
  {
    name: "record",
    route: null,
    path: "/collections/labels",
    reach: async (page) => {
      await page.getByRole("row").nth(1).getByRole("gridcell").nth(1).click();
    },
    seen: (page) => page.getByRole("dialog").getByLabel("Name"),
  },
  {
    name: "new-record",
    route: null,
    path: "/collections/labels?record=new",
    seen: (page) => page.getByRole("dialog").getByLabel("Name"),
  },
  {
    name: "record-page",
    route: "/collections/$collection/$id",
    path: (id) => `/collections/todos/${id}`,
    seen: heading(/./),
  },
  {
    name: "import",
    route: "/collections/$collection/import",
    path: "/collections/labels/import",
    seen: heading(/./),
  },
  { name: "shared", route: "/shared", path: "/shared", seen: heading(/./) },
  {
    name: "sign-up",
    route: "/sign-up",
    path: "/sign-up",
    open: true,
    seen: heading(/./),
  },
  {
    name: "link",
    route: "/link",
    path: "/link",
    open: true,
    seen: heading(/./),
  },
  {
    name: "came-back",
    route: "/came-back",
    path: "/came-back",
    open: true,
    seen: heading(/./),
  },
  {
    name: "share",
    route: "/share",
    path: "/share",
    open: true,
    seen: heading(/./),
  },
  {
    name: "account-security",
    route: "/account/$section",
    path: "/account/security",
    seen: heading(/./),
  },
  ...[
    "users",
    "webhooks",
    "clients",
    "audit",
    "mails",
    "api",
    "definition",
    "rules",
    "server",
  ].map((name) => ({
    name,
    route: `/${name}`,
    path: `/administration/${name}`,
    seen: heading(/./),
  })),
  { name: "trash", route: "/trash", path: "/trash", seen: heading("Trash") },
  {
    name: "account",
    route: "/account",
    path: "/account",
    seen: heading(/./),
  },
  {
    name: "not-found",
    route: null,
    path: "/nowhere",
    seen: heading("There is nothing here"),
  },
  {
    name: "person-menu",
    route: null,
    path: "/",
    reach: async (page) => {
      await page.getByRole("button", { name: /^Menu of/ }).click();
    },
    seen: (page) => page.getByRole("menuitem", { name: "Sign out" }),
  },
  {
    name: "palette",
    route: null,
    path: "/",
    reach: async (page) => {
      await heading("To-do")(page).waitFor();
      await page.keyboard.press("Control+k");
    },
    seen: (page) => page.getByRole("dialog").getByRole("textbox"),
  },
  {
    name: "shortcuts",
    route: null,
    path: "/",
    reach: async (page) => {
      await heading("To-do")(page).waitFor();
      await page.keyboard.press("Shift+?");
    },
    seen: (page) => page.getByRole("dialog", { name: "Keyboard shortcuts" }),
  },
];

/** The addresses of the console's router, as its source has them. */
export function routesOfRouter(): ReadonlySet<string> {
  const routes = new Set<string>();
  // What only frames the pages below it is no page.
  const frames = new Set(["/administration"]);
  for (const file of readdirSync(CONSOLE, { recursive: true })) {
    const path = join(CONSOLE, String(file));
    const source = /\.tsx?$/.test(path) ? readFileSync(path, "utf8") : "";
    if (source.includes("createRoute(")) {
      for (const [, route] of source.matchAll(/\bpath: "(\/[^"]*)"/g)) {
        if (route !== undefined && !frames.has(route)) {
          routes.add(route);
        }
      }
    }
  }
  return routes;
}
