import { useRouterState } from "@tanstack/react-router";

const KEPT_IN = "mainstay.share";

/**
 * The token of the link: behind the hash of the address, which no server sees. While somebody looks at another record or
 * signs in, this tab remembers it.
 */
export function useToken(): string {
  const hash = useRouterState({ select: (state) => state.location.hash });
  const given = hash.replace(/^#/, "");
  if (given !== "") {
    sessionStorage.setItem(KEPT_IN, given);
    return given;
  }
  return sessionStorage.getItem(KEPT_IN) ?? "";
}
