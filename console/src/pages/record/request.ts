import { ORIGIN } from "../../api/console-client.ts";

/** What is asked for: a record, or a list of them. */
export interface Asked {
  readonly collection: string;
  readonly id?: string;
  readonly filter?: string;
  readonly sort?: readonly string[];
}

export function asCurl({
  collection,
  id,
  filter = "",
  sort = [],
}: Asked): string {
  const url = `${ORIGIN}/api/v1/records/${collection}`;
  const token = `  -H "Authorization: Bearer $TOKEN"`;
  if (id !== undefined) {
    return `curl ${url}/${id} \\\n${token}`;
  }
  const parameters = [
    ...(filter === "" ? [] : [`filter=${filter}`]),
    ...(sort.length === 0 ? [] : [`sort=${sort.join(",")}`]),
  ];
  return parameters.length === 0
    ? `curl ${url} \\\n${token}`
    : [
        `curl -G ${url}`,
        ...parameters.map((one) => `  --data-urlencode ${quoted(one)}`),
        token,
      ].join(" \\\n");
}

export function asTypeScript(asked: Asked): string {
  const { collection, id, filter = "", sort = [] } = asked;
  const text = (value: string) => JSON.stringify(value);
  const records = `client.records(${text(collection)})`;
  const begin = (names: string) =>
    `import { ${names} } from "mainstay-client";\nimport { schema } from "./schema";\n\n` +
    `const client = createClient({ url: ${text(ORIGIN)}, schema });\n`;
  if (id !== undefined) {
    return `${begin("createClient")}const record = await ${records}.get(${text(id)});`;
  }
  const options = [
    ...(filter === "" ? [] : [`  filter: Filter.fromText(${text(filter)}),`]),
    ...(sort.length === 0 ? [] : [`  sort: ${JSON.stringify(sort)},`]),
  ];
  const given = options.length === 0 ? "" : `{\n${options.join("\n")}\n}`;
  const names = filter === "" ? "createClient" : "createClient, Filter";
  return `${begin(names)}const page = await ${records}.list(${given});`;
}

/** A word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
