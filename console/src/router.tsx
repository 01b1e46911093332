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
import { secondFactorQuery } from "./api/second-factor.ts";
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

/** Where people say how they sign in. */
const SECURITY = "/account/security";

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
const visit = createRoute({
  getParentRoute: () => root,
  path: "/visit",
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
    () => import("./pages/visit/visit.tsx"),
    "VisitPage",
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
      await guideToSecondFactor(context, person, location.pathname);
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
      cameBack,
      signUp,
      link,
      setUp,
      visit,
      signedIn.addChildren([
        home,
        collection,
        record,
        shared,
        trash,
        account,
        accountSection,
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
