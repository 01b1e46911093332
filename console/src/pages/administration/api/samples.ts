import type { Operation } from "./document.ts";

/** What somebody filled in for an operation. */
export interface Filled {
  /** By the names of the parameters; an empty one is left out. */
  readonly values: Readonly<Record<string, string>>;
  /** JSON; null where there is no body. */
  readonly body: string | null;
}

/** The address of a request, below the origin. */
export function addressOf(operation: Operation, { values }: Filled): string {
  const path = operation.path.replace(/\{([^}]+)\}/g, (whole, name: string) => {
    const value = values[name] ?? "";
    return value === "" ? whole : encodeURIComponent(value);
  });
  const query = new URLSearchParams(
    operation.parameters
      .filter((one) => one.in === "query")
      .map(({ name }) => [name, values[name] ?? ""] as [string, string])
      .filter(([, value]) => value !== ""),
  ).toString();
  return query === "" ? path : `${path}?${query}`;
}

/** The headers that were filled in, and that of the body. */
export function headersOf(
  operation: Operation,
  { values, body }: Filled,
): Readonly<Record<string, string>> {
  const given = operation.parameters
    .filter((one) => one.in === "header" && (values[one.name] ?? "") !== "")
    .map(({ name }) => [name, values[name] ?? ""] as const);
  return {
    ...Object.fromEntries(given),
    ...(body !== null && { "Content-Type": "application/json" }),
  };
}

/** The request for a shell. */
export function curlOf(
  origin: string,
  operation: Operation,
  filled: Filled,
): string {
  const method = operation.method === "GET" ? "" : `-X ${operation.method} `;
  const headers = {
    Authorization: "Bearer $TOKEN",
    ...headersOf(operation, filled),
  };
  const lines = [
    `curl ${method}'${quoted(origin + addressOf(operation, filled))}'`,
    ...Object.entries(headers).map(([name, value]) =>
      // The shell puts the token in the place of its name.
      name === "Authorization"
        ? `  -H "${name}: ${value}"`
        : `  -H '${name}: ${quoted(value)}'`,
    ),
    ...(filled.body === null ? [] : [`  -d '${quoted(filled.body)}'`]),
  ];
  return lines.join(" \\\n");
}

/** The same with the client for TypeScript: its own method where there is one. */
export function typeScriptOf(operation: Operation, filled: Filled): string {
  const [, act, collection] =
    /^(list_records|create_record|read_record|update_record|delete_record|restore_record)_(.+)$/.exec(
      operation.id,
    ) ?? [];
  const id = JSON.stringify(filled.values["id"] ?? "");
  const records = `client.records(${JSON.stringify(collection)})`;
  switch (act) {
    case "list_records":
      return `const page = await ${records}.list(${optionsOf(filled)});`;
    case "create_record":
      return `const record = await ${records}.create(${filled.body ?? "{}"});`;
    case "read_record":
      return `const record = await ${records}.get(${id});`;
    case "update_record":
      return `const record = await ${records}.update(${id}, ${filled.body ?? "{}"});`;
    case "delete_record":
      return `await ${records}.delete(${id});`;
    case "restore_record":
      return `const record = await ${records}.restore(${id});`;
    default:
      return requestOf(operation, filled);
  }
}

function optionsOf({ values }: Filled): string {
  const parts: string[] = [];
  const text = (name: string) => values[name] ?? "";
  if (text("filter") !== "") {
    parts.push(`filter: filter\`${text("filter")}\``);
  }
  for (const name of ["sort", "expand"]) {
    if (text(name) !== "") {
      parts.push(`${name}: ${JSON.stringify(text(name).split(","))}`);
    }
  }
  if (text("limit") !== "") {
    parts.push(`limit: ${text("limit")}`);
  }
  return parts.length === 0 ? "" : `{ ${parts.join(", ")} }`;
}

function requestOf(operation: Operation, filled: Filled): string {
  const path = addressOf(operation, filled).replace(/^\/api\/v1/, "");
  const body = filled.body === null ? "" : `, { body: ${filled.body} }`;
  return `const answer = await client.request(${JSON.stringify(operation.method)}, ${JSON.stringify(path)}${body});`;
}

/** Within single quotes of a shell. */
function quoted(text: string): string {
  return text.replaceAll("'", `'\\''`);
}
