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
  // Without the frame, which has a `main` of its own.
  notFoundComponent: () => (
    <main>
      <NotFoundPage />
    </main>
  ),
  errorComponent: (props) => (
    <main>
      <FailurePage {...props} />
    </main>
  ),
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
    const person = await personOf(context);
    if (person === null) {
      throw context.application.about.auth.set_up
        ? redirect({ to: "/sign-in", search: { to: location.href } })
        : redirect({ to: "/set-up" });
    }
    return { person };
  },
  component: lazyRouteComponent(() => import("./layout/shell.tsx"), "Shell"),
  pendingComponent: ShellSkeleton,
  pendingMs: 150,
});

/** Who is signed in; null for nobody, which is kept no longer than the question. */
async function personOf({ client, queries }: Start): Promise<Row | null> {
  const kept = queries.getQueryData<Row>(["me"]);
  if (kept !== undefined) {
    return kept;
  }
  try {
    const person = await client.auth.user();
    if (person !== null) {
      queries.setQueryData(["me"], person);
    }
    return person;
  } catch (error) {
    // Of a session that has ended; asking has removed it.
    if (error instanceof Unauthenticated) {
      return null;
    }
    throw error;
  }
}

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

export function makeRouter(start: Start) {
  return createRouter({
    routeTree: root.addChildren([
      signIn,
      setUp,
      signedIn.addChildren([home, collection, trash, account]),
    ]),
    basepath: "/console",
    context: start,
    // A page that fails leaves the frame around it, and with it the way elsewhere.
    defaultErrorComponent: FailurePage,
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
