import {
  createRoute,
  lazyRouteComponent,
  notFound,
} from "@tanstack/react-router";

import { signedIn } from "../../router.tsx";
import { texts } from "../../address-query.ts";
import type { AuditSearch } from "./audit/audit.tsx";

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
  component: lazyRouteComponent(() => import("./users/users.tsx"), "UsersPage"),
});

const webhooks = createRoute({
  getParentRoute: () => administration,
  path: "/webhooks",
  validateSearch: (search): { readonly webhook?: string } =>
    texts(search, "webhook"),
  component: lazyRouteComponent(
    () => import("./webhooks/webhooks.tsx"),
    "WebhooksPage",
  ),
});

const clients = createRoute({
  getParentRoute: () => administration,
  path: "/clients",
  component: lazyRouteComponent(
    () => import("./clients/clients.tsx"),
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
  component: lazyRouteComponent(() => import("./audit/audit.tsx"), "AuditPage"),
});

const mails = createRoute({
  getParentRoute: () => administration,
  path: "/mails",
  validateSearch: (search): { readonly state?: string } =>
    texts(search, "state"),
  component: lazyRouteComponent(() => import("./mails/mails.tsx"), "MailsPage"),
});

const api = createRoute({
  getParentRoute: () => administration,
  path: "/api",
  validateSearch: (search): { readonly part?: string } => texts(search, "part"),
  component: lazyRouteComponent(() => import("./api/api.tsx"), "ApiPage"),
});

const definition = createRoute({
  getParentRoute: () => administration,
  path: "/definition",
  validateSearch: (
    search,
  ): { readonly tab?: string; readonly collection?: string } => ({
    ...texts(search, "tab"),
    ...texts(search, "collection"),
  }),
  component: lazyRouteComponent(
    () => import("./definition/definition.tsx"),
    "DefinitionPage",
  ),
});

const rules = createRoute({
  getParentRoute: () => administration,
  path: "/rules",
  validateSearch: (
    search,
  ): { readonly collection?: string; readonly rule?: string } => ({
    ...texts(search, "collection"),
    ...texts(search, "rule"),
  }),
  component: lazyRouteComponent(() => import("./rules/rules.tsx"), "RulesPage"),
});

const server = createRoute({
  getParentRoute: () => administration,
  path: "/server",
  validateSearch: (search): { readonly tab?: string } => texts(search, "tab"),
  component: lazyRouteComponent(
    () => import("./server/server.tsx"),
    "ServerPage",
  ),
});

/** Everything below `/administration`. */
export const administrationRoutes = administration.addChildren([
  users,
  webhooks,
  clients,
  audit,
  mails,
  api,
  definition,
  rules,
  server,
]);
