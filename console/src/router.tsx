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
import { secondFactorQuery } from "./api/second-factor.ts";
import type { Application } from "./application/application.ts";
import type { Row } from "./application/row.ts";
import { ShellSkeleton } from "./layout/shell-skeleton.tsx";
import { administrationRoutes } from "./pages/administration/routes.ts";
import { texts } from "./address-query.ts";
import { FailurePage } from "./ui/failure-note.tsx";
import { NotFoundPage } from "./ui/not-found.tsx";

/** What is known before anybody has signed in. */
export interface Start {
  readonly application: Application;
  readonly client: ConsoleClient;
  readonly queries: QueryClient;
}

/** Where people say how they sign in. */
const SECURITY = "/account/security";

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

const cameBack = createRoute({
  getParentRoute: () => root,
  path: "/came-back",
  validateSearch: (search): { readonly to?: string } => texts(search, "to"),
  component: lazyRouteComponent(
    () => import("./pages/sign-in/came-back.tsx"),
    "CameBackPage",
  ),
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: "/sign-up",
  component: lazyRouteComponent(
    () => import("./pages/sign-in/sign-up.tsx"),
    "SignUpPage",
  ),
});

/** Where links in mails lead. */
const link = createRoute({
  getParentRoute: () => root,
  path: "/link",
  component: lazyRouteComponent(
    () => import("./pages/link/link.tsx"),
    "LinkPage",
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

/** What a link shows, to whoever has it. */
const share = createRoute({
  getParentRoute: () => root,
  path: "/share",
  validateSearch: (
    search,
  ): { readonly collection?: string; readonly record?: string } => ({
    ...texts(search, "collection"),
    ...texts(search, "record"),
  }),
  // What the link lets somebody see is not for the pages after it.
  onLeave: ({ context }) => {
    context.client.shares.close();
    context.queries.clear();
  },
  component: lazyRouteComponent(
    () => import("./pages/share/share.tsx"),
    "SharePage",
  ),
});

/** Everything behind it is for somebody who is signed in. */
export const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: async ({ context, location }): Promise<{ person: Row }> => {
    try {
      const person = await personOf(context);
      if (person !== null) {
        await guideToSecondFactor(context, person, location.pathname);
        return { person };
      }
    } catch (error) {
      // Of a session that has ended; asking has removed it.
      if (!(error instanceof Unauthenticated)) {
        throw error;
      }
    }
    throw context.application.about.auth.set_up
      ? redirect({ to: "/sign-in", search: { to: location.href } })
      : redirect({ to: "/set-up" });
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
  const person = await client.auth.user();
  if (person !== null) {
    queries.setQueryData(["me"], person);
  }
  return person;
}

/** Whoever must have a second factor and has none can do nothing else: they are led to where they set one up. */
async function guideToSecondFactor(
  { application, client, queries }: Start,
  person: Row,
  path: string,
): Promise<void> {
  const policy = application.about.auth.second_factor;
  const isAsked =
    policy === "everyone" ||
    (policy === "administrators" && person["administrator"] === true);
  if (!isAsked || path.startsWith(SECURITY)) {
    return;
  }
  const query = secondFactorQuery(client, application);
  const { isMissing } = await queries.ensureQueryData(query);
  if (isMissing) {
    throw redirect({
      to: "/account/$section",
      params: { section: "security" },
    });
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

/** What of a collection is shown, and how. */
export interface CollectionSearch {
  readonly filter?: string;
  readonly sort?: string;
  /** Those that are shown, with commas; what the person chose last without it. */
  readonly fields?: string;
  /** `board`, `calendar` or `gallery`; a table without it. */
  readonly view?: string;
  /** The field that makes the columns of a board. */
  readonly group?: string;
  /** The field by which records stand in a calendar. */
  readonly date?: string;
  /** A day that the calendar shows. */
  readonly at?: string;
  /** `week`; a month without it. */
  readonly span?: string;
  /** The saved view that all this was taken from. */
  readonly saved?: string;
  /** The record in the drawer; `new` for one that is about to be made. */
  readonly record?: string;
}

const collection = createRoute({
  getParentRoute: () => signedIn,
  path: "/collections/$collection",
  validateSearch: (search): CollectionSearch => ({
    ...texts(search, "filter"),
    ...texts(search, "sort"),
    ...texts(search, "fields"),
    ...texts(search, "view"),
    ...texts(search, "group"),
    ...texts(search, "date"),
    ...texts(search, "at"),
    ...texts(search, "span"),
    ...texts(search, "saved"),
    ...texts(search, "record"),
  }),
  component: lazyRouteComponent(
    () => import("./pages/collection/collection.tsx"),
    "CollectionPage",
  ),
});

const record = createRoute({
  getParentRoute: () => signedIn,
  path: "/collections/$collection/$id",
  validateSearch: (search): { readonly tab?: string } => texts(search, "tab"),
  component: lazyRouteComponent(
    () => import("./pages/record/record-page.tsx"),
    "RecordPage",
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

const shared = createRoute({
  getParentRoute: () => signedIn,
  path: "/shared",
  component: lazyRouteComponent(
    () => import("./pages/shared/shared.tsx"),
    "SharedPage",
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

const accountSection = createRoute({
  getParentRoute: () => signedIn,
  path: "/account/$section",
  component: lazyRouteComponent(
    () => import("./pages/account/account.tsx"),
    "AccountPage",
  ),
});

export function makeRouter(start: Start) {
  return createRouter({
    routeTree: root.addChildren([
      signIn,
      cameBack,
      signUp,
      link,
      setUp,
      share,
      signedIn.addChildren([
        home,
        collection,
        importing,
        record,
        shared,
        trash,
        account,
        accountSection,
        administrationRoutes,
      ]),
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
