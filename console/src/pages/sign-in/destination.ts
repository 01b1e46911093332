/** Where somebody goes on once they are signed in. */
export interface Destination {
  /** Is it a page of the server beside the console? The browser loads it anew then. */
  readonly isBeside: boolean;
  readonly path: string;
}

/** Pages of the server that lead people to the console to sign in. */
const BESIDE: readonly string[] = ["/oauth/authorize"];

/** Reads where an address wants somebody to be led: paths of this server alone, because another could be anybody's. */
export function destinationOf(
  to: string | undefined,
  origin: string,
): Destination {
  const home = { isBeside: false, path: "/" };
  if (to === undefined || !to.startsWith("/") || !URL.canParse(to, origin)) {
    return home;
  }
  const url = new URL(to, origin);
  if (url.origin !== origin) {
    return home;
  }
  const path = `${url.pathname}${url.search}${url.hash}`;
  return { isBeside: BESIDE.includes(url.pathname), path };
}
