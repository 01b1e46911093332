import {
  createClient,
  type Application as Description,
  type Client,
  type SchemaTypes,
} from "mainstay-client";

import { Application } from "../application/application.ts";
import type { Json, Row } from "../application/row.ts";
import { transport } from "./transport.ts";

/** Any application: which collections it has is known only when the console runs. */
interface AnyCollection {
  readonly record: Row;
  readonly create: object;
  readonly update: object;
  readonly sort: string;
  readonly filter: Record<string, never>;
  readonly toOne: Record<string, string>;
  readonly toMany: Record<string, string>;
  readonly softDelete: true;
}
interface AnySchema extends SchemaTypes {
  readonly collections: { readonly [name: string]: AnyCollection };
  readonly session: SchemaTypes["session"] & { readonly user: Row };
  readonly signUp: object;
}

export type ConsoleClient = Client<AnySchema>;

/** The console's own server: it is served by it. */
export const ORIGIN = globalThis.location?.origin ?? "";

/** Asks the server what the application is. */
export async function readApplication(): Promise<Application> {
  const answer = await fetch(`${ORIGIN}/api/v1/application`);
  if (!answer.ok) {
    throw new Error(`the application cannot be read: ${answer.status}`);
  }
  return new Application((await answer.json()) as Description);
}

export function clientOf(application: Application): ConsoleClient {
  return createClient<AnySchema>({
    url: ORIGIN,
    schema: application.about.schema as never,
    session: "cookie",
    fetch: (url, init) => transport.send(url, init),
    // Somebody sits in front of it.
    retry: { retriesMax: 2 },
  });
}

/** What a list is asked for. */
export interface ListQuery {
  readonly filter: string;
  /** Fields, with `-` in front for descending. */
  readonly sort: readonly string[];
  readonly expand: readonly string[];
}

export type Values = Readonly<Record<string, Json>>;
