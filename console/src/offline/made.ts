import type { Application } from "../application/application.ts";
import type { Json, Row } from "../application/row.ts";
import { asAnswered, type Pending } from "./pending.ts";

/** A record that waits to be made, as the server will likely make it. */
export function madeRow(
  application: Application,
  { collection, id, person, values }: Pending,
): Row {
  const now = new Date().toISOString();
  const system: Readonly<Record<string, Json>> = {
    id,
    version: 1,
    created_at: now,
    updated_at: now,
    created_by: person,
    deleted_at: null,
  };
  const row: Record<string, Json> = {};
  for (const field of application.collection(collection)?.visible ?? []) {
    const isMany = field.type === "multi_select" || field.many === true;
    const given = field.default;
    const byDefault: Json =
      given === null
        ? isMany
          ? []
          : null
        : "value" in given
          ? (given.value as Json)
          : "auth_id" in given
            ? person
            : now;
    row[field.name] =
      system[field.name] ?? values[field.name] ?? byDefault ?? null;
  }
  return { ...asAnswered(row), id, version: 1 };
}

/** A UUID of version 7 (RFC 9562): it sorts by the time when the person made the record. */
export function newId(): string {
  const random = crypto.randomUUID().replaceAll("-", "");
  const time = Date.now().toString(16).padStart(12, "0");
  const variant = ((Number.parseInt(random[16] ?? "8", 16) & 3) | 8).toString(
    16,
  );
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(13, 16)}-${variant}${random.slice(17, 20)}-${random.slice(20)}`;
}
