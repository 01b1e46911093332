import { NetworkFailed } from "mainstay-client";

import { ORIGIN } from "../../../api/console-client.ts";
import type { Operation } from "./document.ts";
import { addressOf, headersOf, type Filled } from "./samples.ts";

/** What became of a request. */
export interface Ran {
  /** Such as `200 OK`. */
  readonly status: string;
  /** Milliseconds. */
  readonly took: number;
  readonly body: string;
}

/** Longer answers are cut: nobody reads them here. */
const SHOWN_MAX = 100_000;

/** Sends a request with the person's session. Not with the client: here a failure is an answer like any other. */
export async function run(operation: Operation, filled: Filled): Promise<Ran> {
  const start = performance.now();
  const answer = await fetch(ORIGIN + addressOf(operation, filled), {
    method: operation.method,
    headers: headersOf(operation, filled),
    body: filled.body,
  }).catch((cause: unknown) => {
    const message = "the server did not answer";
    throw new NetworkFailed({ code: "network_failed", message, cause });
  });
  const text = await answer.text();
  return {
    status: `${answer.status} ${answer.statusText}`.trim(),
    took: Math.round(performance.now() - start),
    body: indented(text).slice(0, SHOWN_MAX),
  };
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
