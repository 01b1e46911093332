import { ORIGIN } from "../api/console-client.ts";
import { sameValue, type Row } from "../application/row.ts";
import type { Pending, Trouble } from "./pending.ts";

/** What became of a waiting write; `cut` when there is no network after all. */
export type Replayed =
  | { readonly kind: "sent"; readonly version: number | null }
  | { readonly kind: "trouble"; readonly trouble: Trouble }
  | { readonly kind: "cut" };

/**
 * Makes a waiting write. Where others changed other fields meanwhile both stay; where they changed the same, the person
 * decides. `version` is that of the record after the write before this one.
 */
export async function replay(
  one: Pending,
  version: number | null,
): Promise<Replayed> {
  const known = version ?? one.base?.version ?? null;
  const first = await send(one, known);
  if (first.kind !== "stale") {
    return first;
  }
  const now = await readNow(one);
  if (now === "cut") {
    return { kind: "cut" };
  }
  const isClear =
    now !== null &&
    one.op === "update" &&
    Object.keys(one.values).every((name) =>
      sameValue(now[name], one.base?.[name]),
    );
  if (!isClear) {
    return { kind: "trouble", trouble: { kind: "conflict" } };
  }
  const second = await send(one, now.version);
  return second.kind === "stale"
    ? { kind: "trouble", trouble: { kind: "conflict" } }
    : second;
}

async function send(
  one: Pending,
  version: number | null,
): Promise<Replayed | { readonly kind: "stale" }> {
  const path = `${ORIGIN}/api/v1/records/${one.collection}`;
  const isCreate = one.op === "create";
  const headers: Record<string, string> = {
    "content-type": "application/json",
    // Another version is another request, which may not have the same key.
    "idempotency-key": `${one.token}-${version ?? 0}`,
  };
  if (!isCreate && version !== null) {
    headers["if-match"] = `"${version}"`;
  }
  let response: Response;
  try {
    response = await fetch(isCreate ? path : `${path}/${one.id}`, {
      method: { create: "POST", update: "PATCH", delete: "DELETE" }[one.op],
      headers,
      ...(one.op !== "delete" && {
        body: JSON.stringify(
          isCreate ? { ...one.values, id: one.id } : one.values,
        ),
      }),
    });
  } catch {
    return { kind: "cut" };
  }
  if (response.ok) {
    const text = await response.text();
    const row = text === "" ? null : (JSON.parse(text) as Row);
    return { kind: "sent", version: row?.version ?? null };
  }
  if (response.status === 412) {
    return { kind: "stale" };
  }
  if (response.status >= 500 || response.status === 429) {
    return { kind: "cut" };
  }
  if (one.op === "delete" && response.status === 404) {
    return { kind: "sent", version: null };
  }
  return { kind: "trouble", trouble: await refusal(response) };
}

async function refusal(response: Response): Promise<Trouble> {
  const problem = (await response.json().catch(() => null)) as {
    readonly detail?: string;
    readonly errors?: readonly { field: string; message: string }[];
  } | null;
  const reasons = (problem?.errors ?? []).map(
    ({ field, message }) => `${field}: ${message}`,
  );
  const reason = reasons.join("; ") || problem?.detail || `${response.status}`;
  return { kind: "refused", reason };
}

async function readNow(one: Pending): Promise<Row | null | "cut"> {
  try {
    const path = `${ORIGIN}/api/v1/records/${one.collection}/${one.id}`;
    const response = await fetch(path);
    return response.ok ? ((await response.json()) as Row) : null;
  } catch {
    return "cut";
  }
}
