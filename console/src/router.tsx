import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { Unauthenticated } from "mainstay-client";

import type { ConsoleClient } from "./api/console-client.ts";
import type { Application } from "./application/application.ts";
import type { Row } from "./application/row.ts";
import { ShellSkeleton } from "./layout/shell-skeleton.tsx";
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

const importing = createRoute({
  getParentRoute: () => signedIn,
  path: "/collections/$collection/import",
  component: lazyRouteComponent(
    () => import("./pages/import/import.tsx"),
    "ImportPage",
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

export function makeRouter(start: Start) {
  return createRouter({
    routeTree: root.addChildren([
      signIn,
      setUp,
      signedIn.addChildren([home, collection, importing, trash, account]),
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
