import { useQuery } from "@tanstack/react-query";

import { secondFactorQuery } from "../../api/second-factor.ts";
import { useConsole } from "../../console.tsx";

/** Must the person set up a second factor before they can do anything else? */
export function useLacksSecondFactor(): boolean {
  const { client, application } = useConsole();
  const found = useQuery(secondFactorQuery(client, application));
  return found.data?.isMissing === true;
}
