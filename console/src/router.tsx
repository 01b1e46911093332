import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  notFound,
  redirect,
} from "@tanstack/react-router";
import { Unauthenticated } from "mainstay-client";

import type { ConsoleClient } from "./api/console-client.ts";
import type { Application } from "./application/application.ts";
import type { Row } from "./application/row.ts";
import { ShellSkeleton } from "./layout/shell-skeleton.tsx";
import type { AuditSearch } from "./pages/administration/audit/audit.tsx";
import { FailurePage } from "./ui/failure-note.tsx";
import { NotFoundPage } from "./ui/not-found.tsx";

/** What is known before anybody has signed in. */
export interface Start {
  readonly application: Application;
  readonly client: ConsoleClient;
  readonly queries: QueryClient;
}

const root = createRootRouteWithContext<Start>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: FailurePage,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search): { readonly to?: string } =>
    typeof search["to"] === "string" ? { to: search["to"] } : {},
  component: lazyRouteComponent(
    () => import("./pages/sign-in/sign-in.tsx"),
    "SignInPage",
  ),
});

const setUp = createRoute({
  getParentRoute: () => root,
  path: "/set-up",
  component: lazyRouteComponent(
    () => import("./pages/set-up/set-up.tsx"),
    "SetUpPage",
  ),
});

/** Everything behind it is for somebody who is signed in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: async ({ context, location }): Promise<{ person: Row }> => {
    try {
      const person = await context.queries.ensureQueryData({
        queryKey: ["me"],
        queryFn: () => context.client.auth.me(),
      });
      return { person };
    } catch (error) {
      if (error instanceof Unauthenticated) {
        throw context.application.about.auth.set_up
          ? redirect({ to: "/sign-in", search: { to: location.href } })
          : redirect({ to: "/set-up" });
      }
      throw error;
    }
  },
  component: lazyRouteComponent(() => import("./layout/shell.tsx"), "Shell"),
  pendingComponent: ShellSkeleton,
  pendingMs: 150,
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  component: lazyRouteComponent(
    () => import("./pages/home/home.tsx"),
    "HomePage",
  ),
});

/** What of a collection is shown. */
export interface CollectionSearch {
  readonly filter?: string;
  readonly sort?: string;
  /** The record in the drawer; `new` for one that is about to be made. */
  readonly record?: string;
}

const collection = createRoute({
  getParentRoute: () => signedIn,
  path: "/collections/$collection",
  validateSearch: (search): CollectionSearch => ({
    ...texts(search, "filter"),
    ...texts(search, "sort"),
    ...texts(search, "record"),
  }),
  component: lazyRouteComponent(
    () => import("./pages/collection/collection.tsx"),
    "CollectionPage",
  ),
});

const trash = createRoute({
  getParentRoute: () => signedIn,
  path: "/trash",
  component: lazyRouteComponent(
    () => import("./pages/trash/trash.tsx"),
    "TrashPage",
  ),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: "/account",
  component: lazyRouteComponent(
    () => import("./pages/account/account.tsx"),
    "AccountPage",
  ),
});

/** What administrators do: for everybody else there is nothing. */
const administration = createRoute({
  getParentRoute: () => signedIn,
  path: "/administration",
  beforeLoad: ({ context }) => {
    if (context.person["administrator"] !== true) {
      throw notFound();
    }
  },
});

const users = createRoute({
  getParentRoute: () => administration,
  path: "/users",
  validateSearch: (search): { readonly tab?: string } => texts(search, "tab"),
  component: lazyRouteComponent(
    () => import("./pages/administration/users/users.tsx"),
    "UsersPage",
  ),
});

const webhooks = createRoute({
  getParentRoute: () => administration,
  path: "/webhooks",
  validateSearch: (search): { readonly webhook?: string } =>
    texts(search, "webhook"),
  component: lazyRouteComponent(
    () => import("./pages/administration/webhooks/webhooks.tsx"),
    "WebhooksPage",
  ),
});

const clients = createRoute({
  getParentRoute: () => administration,
  path: "/clients",
  component: lazyRouteComponent(
    () => import("./pages/administration/clients/clients.tsx"),
    "ClientsPage",
  ),
});

const audit = createRoute({
  getParentRoute: () => administration,
  path: "/audit",
  validateSearch: (search): AuditSearch => ({
    ...texts(search, "actor"),
    ...texts(search, "collection"),
    ...texts(search, "record"),
    ...texts(search, "kind"),
    ...texts(search, "from"),
    ...texts(search, "to"),
    ...texts(search, "request"),
  }),
  component: lazyRouteComponent(
    () => import("./pages/administration/audit/audit.tsx"),
    "AuditPage",
  ),
});

const mails = createRoute({
  getParentRoute: () => administration,
  path: "/mails",
  validateSearch: (search): { readonly state?: string } =>
    texts(search, "state"),
  component: lazyRouteComponent(
    () => import("./pages/administration/mails/mails.tsx"),
    "MailsPage",
  ),
});

const api = createRoute({
  getParentRoute: () => administration,
  path: "/api",
  validateSearch: (search): { readonly part?: string } => texts(search, "part"),
  component: lazyRouteComponent(
    () => import("./pages/administration/api/api.tsx"),
    "ApiPage",
  ),
});

export function makeRouter(start: Start) {
  return createRouter({
    routeTree: root.addChildren([
      signIn,
      setUp,
      signedIn.addChildren([
        home,
        collection,
        trash,
        account,
        administration.addChildren([
          users,
          webhooks,
          clients,
          audit,
          mails,
          api,
        ]),
      ]),
    ]),
    basepath: "/console",
    context: start,
    defaultPreload: "intent",
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

function texts<K extends string>(
  search: Record<string, unknown>,
  name: K,
): { readonly [N in K]?: string } {
  const value = search[name];
  return typeof value === "string" && value !== ""
    ? ({ [name]: value } as { readonly [N in K]?: string })
    : {};
}
