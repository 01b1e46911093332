import { useQuery } from "@tanstack/react-query";
import type {
  ApiKey,
  ApiKeyList,
  ApiKeyRotation,
  ExternalKeyList,
  ExternalKeyRotation,
  NewApiKey,
  NewExternalKey,
} from "mainstay-client";

import type { ConsoleClient } from "../../api/console-client.ts";
import { useConsole } from "../../console.tsx";

export const API_KEYS = ["api-keys"];
export const EXTERNAL_KEYS = ["external-keys"];

/** A key in the one answer that has it. */
export type MadeKey = ApiKey & { readonly key: string };

export function useApiKeys() {
  const { client } = useConsole();
  return useQuery({
    queryKey: API_KEYS,
    queryFn: async ({ signal }) => {
      const answer = await client.request("GET", "/api-keys", { signal });
      return (answer as ApiKeyList).items;
    },
  });
}

export function useExternalKeys() {
  const { client } = useConsole();
  return useQuery({
    queryKey: EXTERNAL_KEYS,
    queryFn: async ({ signal }) => {
      const answer = await client.request("GET", "/external-keys", { signal });
      return (answer as ExternalKeyList).items;
    },
  });
}

export async function makeApiKey(
  client: ConsoleClient,
  body: NewApiKey,
): Promise<MadeKey> {
  return (await client.request("POST", "/api-keys", { body })) as MadeKey;
}

export async function rotateApiKey(
  client: ConsoleClient,
  id: string,
  body: ApiKeyRotation,
): Promise<MadeKey> {
  const path = `/api-keys/${id}/rotate`;
  return (await client.request("POST", path, { body })) as MadeKey;
}

export async function addExternalKey(
  client: ConsoleClient,
  body: NewExternalKey,
): Promise<void> {
  await client.request("POST", "/external-keys", { body });
}

export async function rotateExternalKey(
  client: ConsoleClient,
  id: string,
  body: ExternalKeyRotation,
): Promise<void> {
  await client.request("POST", `/external-keys/${id}/rotate`, { body });
}
