import type { Json } from "../../../application/row.ts";

/** The part of OpenAPI 3.1 that the server's document uses. */
export interface Document {
  readonly tags: readonly {
    readonly name: string;
    readonly description?: string;
    readonly "x-displayName"?: string;
  }[];
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, WrittenOperation>>>
  >;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly responses: Readonly<Record<string, Response>>;
  };
}
interface WrittenOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly content: Contents };
  readonly responses: Readonly<Record<string, Response | Reference>>;
}
type Contents = Readonly<
  Record<string, { readonly schema?: Schema; readonly example?: Json }>
>;
interface Reference {
  readonly $ref: string;
}
interface Response {
  readonly description?: string;
  readonly content?: Contents;
}
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly Json[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly description?: string;
}
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
  readonly example?: Json;
}

/** Of a long list of values nobody reads more. */
const VALUES_SHOWN = 6;

export const METHODS = ["get", "post", "put", "patch", "delete"] as const;
export type Method = Uppercase<(typeof METHODS)[number]>;

/** One thing that can be asked of the server. */
export interface Operation {
  readonly id: string;
  readonly method: Method;
  /** With `{names}` of what is to be filled in. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly body: {
    readonly fields: readonly Part[];
    readonly example: Json;
  } | null;
  readonly answers: readonly Answer[];
}
export interface Answer {
  readonly status: string;
  readonly text: string;
  readonly fields: readonly Part[];
}
/** A member of an object. */
export interface Part {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly text: string;
}
/** Operations that belong together: those of a collection, or of something else. */
export interface Chapter {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly operations: readonly Operation[];
}

/** The document by its chapters, the operations in the order of their paths. */
export function chaptersOf(document: Document): readonly Chapter[] {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const written = methods[method];
      return written === undefined
        ? []
        : [
            {
              tag: written.tags[0] ?? "",
              operation: operationOf(document, path, method, written),
            },
          ];
    }),
  );
  return document.tags
    .map(({ name, description, "x-displayName": title }) => ({
      name,
      title: title ?? name,
      text: description ?? "",
      operations: all
        .filter(({ tag }) => tag === name)
        .map(({ operation }) => operation),
    }))
    .filter(({ operations }) => operations.length > 0);
}

function operationOf(
  document: Document,
  path: string,
  method: (typeof METHODS)[number],
  written: WrittenOperation,
): Operation {
  const content = written.requestBody?.content["application/json"];
  return {
    id: written.operationId,
    method: method.toUpperCase() as Method,
    path,
    summary: written.summary,
    description: written.description ?? "",
    parameters: (written.parameters ?? []).flatMap((one) =>
      "$ref" in one ? found(document.components.parameters, one.$ref) : [one],
    ),
    body:
      content === undefined
        ? null
        : {
            fields: fieldsOf(document, content.schema),
            example: content.example ?? {},
          },
    answers: Object.entries(written.responses).flatMap(([status, one]) =>
      ("$ref" in one
        ? found(document.components.responses, one.$ref)
        : [one]
      ).map(({ description, content: contents }) => ({
        status,
        text: description ?? "",
        // What failures look like is the same everywhere.
        fields: status.startsWith("2")
          ? fieldsOf(document, contents?.["application/json"]?.schema)
          : [],
      })),
    ),
  };
}

/** The members of an object, wherever its schema stands. */
function fieldsOf(
  document: Document,
  schema: Schema | undefined,
): readonly Part[] {
  if (schema === undefined) {
    return [];
  }
  if (schema.$ref !== undefined) {
    const [target] = found(document.components.schemas, schema.$ref);
    return fieldsOf(document, target);
  }
  const inherited = (schema.allOf ?? []).flatMap((one) =>
    fieldsOf(document, one),
  );
  const own = Object.entries(schema.properties ?? {}).map(([name, member]) => ({
    name,
    type: typeOf(member),
    required: schema.required?.includes(name) === true,
    text: member.description ?? "",
  }));
  return [...inherited, ...own];
}

/** What a value may be, in a few words. */
export function typeOf(schema: Schema | undefined): string {
  if (schema === undefined) {
    return "";
  }
  if (schema.$ref !== undefined) {
    return schema.$ref.split("/").pop() ?? "";
  }
  if (schema.enum !== undefined) {
    const texts = schema.enum.map((one) => JSON.stringify(one));
    const shown = texts.slice(0, VALUES_SHOWN);
    return [...shown, ...(texts.length > shown.length ? ["…"] : [])].join(
      " | ",
    );
  }
  const types =
    typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  return types
    .map((type) =>
      type === "array"
        ? `${grouped(typeOf(schema.items) || "any")}[]`
        : type === "string" && schema.format !== undefined
          ? schema.format
          : type,
    )
    .join(" | ");
}

function grouped(type: string): string {
  return type.includes(" | ") ? `(${type})` : type;
}

function found<T>(all: Readonly<Record<string, T>>, ref: string): readonly T[] {
  const one = all[ref.split("/").pop() ?? ""];
  return one === undefined ? [] : [one];
}
