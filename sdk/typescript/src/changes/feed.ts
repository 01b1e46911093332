import type { Api, CallOptions } from "../api.js";
import type { Decoder } from "../decoder.js";
import { changePageShape, type ChangePage } from "../generated/protocol.js";

/** Changes of one answer. */
const LIMIT = 500;

/** One page of the feed; without a position only where it is now. */
export async function readFeed(
  api: Api,
  decoder: Decoder,
  collections: readonly string[],
  since: string | null,
  options: CallOptions,
): Promise<ChangePage> {
  const query = new URLSearchParams({ collections: collections.join(",") });
  if (since !== null) {
    query.set("since", since);
    query.set("limit", String(LIMIT));
  }
  const request = { method: "GET", path: `/changes?${query}` } as const;
  const { body } = await api.call(request, "read", options);
  const page: ChangePage = decoder.shaped(changePageShape, body);
  for (const { collection, record } of page.items) {
    if (record !== undefined) {
      decoder.record(collection, record);
    }
  }
  return page;
}
