import { useQuery } from "@tanstack/react-query";

import { useConsole } from "../../console.tsx";

export const ACCOUNT = ["account"];
export const FACTOR = ["second-factor"];
export const PASSKEYS = ["passkeys"];
export const SESSIONS = ["sessions"];

/** What the record of the person does not say. */
export function useAccount() {
  const { client } = useConsole();
  return useQuery({
    queryKey: ACCOUNT,
    queryFn: ({ signal }) => client.account.read({ signal }),
  });
}
