import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { SecondFactorNeeded } from "mainstay-client";
import { useCallback } from "react";

import type { Row } from "../../application/row.ts";
import { destinationOf } from "./destination.ts";

/** Runs a way of signing in, and leads to where the person wanted to go. */
export type Enter = (way: () => Promise<Row>) => Promise<void>;

export function useEntering(
  to: string | undefined,
  needsSecondFactor: (needed: SecondFactorNeeded) => void,
): Enter {
  const goOn = useGoingOn(to);
  const queries = useQueryClient();
  return async (way) => {
    try {
      const person = await way();
      queries.clear();
      queries.setQueryData(["me"], person);
      await goOn();
    } catch (error) {
      if (!(error instanceof SecondFactorNeeded)) {
        throw error;
      }
      needsSecondFactor(error);
    }
  };
}

/** Leads to where the person wanted to go before they had to sign in. */
export function useGoingOn(to: string | undefined): () => Promise<void> {
  const router = useRouter();
  return useCallback(async () => {
    const { isBeside, path } = destinationOf(to, location.origin);
    if (isBeside) {
      location.replace(path);
    } else {
      await router.navigate({ href: path, replace: true });
    }
  }, [router, to]);
}
