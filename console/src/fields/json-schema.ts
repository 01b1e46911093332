import type { Json } from "../application/row.ts";

/** Something that a value lacks, and where: the keys and places that lead there. */
export interface JsonFault {
  readonly path: readonly (string | number)[];
  readonly kind:
    | "type"
    | "missing"
    | "unknown"
    | "option"
    | "short"
    | "long"
    | "small"
    | "large"
    | "pattern";
  /** What is asked for. */
  readonly wanted: string;
}

interface Schema {
  readonly [word: string]: Json | undefined;
}

/**
 * Checks a value against the words of JSON Schema that people use most; what is not known here, the server checks.
 * Everything is told at once, the outermost first.
 */
export function faultsOf(
  schema: Json | undefined,
  value: Json,
  path: readonly (string | number)[] = [],
): readonly JsonFault[] {
  if (!isObject(schema)) {
    return [];
  }
  const fault = (kind: JsonFault["kind"], wanted: Json): JsonFault => ({
    path,
    kind,
    wanted: typeof wanted === "string" ? wanted : JSON.stringify(wanted),
  });
  const types = listOf(schema["type"]);
  if (types.length > 0 && !types.some((type) => isOfType(type, value))) {
    return [fault("type", types.join(", "))];
  }
  const options = schema["enum"];
  if (Array.isArray(options) && !options.some((one) => isSame(one, value))) {
    return [
      fault("option", options.map((one) => JSON.stringify(one)).join(", ")),
    ];
  }
  const { const: only } = schema;
  if (only !== undefined && !isSame(only, value)) {
    return [fault("option", JSON.stringify(only))];
  }
  if (typeof value === "string") {
    return textFaults(schema, value, fault);
  }
  if (typeof value === "number") {
    return numberFaults(schema, value, fault);
  }
  if (Array.isArray(value)) {
    return listFaults(schema, value, path, fault);
  }
  return isObject(value) ? objectFaults(schema, value, path, fault) : [];
}

type MakeFault = (kind: JsonFault["kind"], wanted: Json) => JsonFault;

function textFaults(schema: Schema, value: string, fault: MakeFault) {
  const { minLength: min, maxLength: max, pattern } = schema;
  const length = [...value].length;
  return [
    ...(typeof min === "number" && length < min ? [fault("short", min)] : []),
    ...(typeof max === "number" && length > max ? [fault("long", max)] : []),
    ...(typeof pattern === "string" && !matches(pattern, value)
      ? [fault("pattern", pattern)]
      : []),
  ];
}

function numberFaults(schema: Schema, value: number, fault: MakeFault) {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  return [
    ...(typeof minimum === "number" && value < minimum
      ? [fault("small", minimum)]
      : []),
    ...(typeof exclusiveMinimum === "number" && value <= exclusiveMinimum
      ? [fault("small", exclusiveMinimum)]
      : []),
    ...(typeof maximum === "number" && value > maximum
      ? [fault("large", maximum)]
      : []),
    ...(typeof exclusiveMaximum === "number" && value >= exclusiveMaximum
      ? [fault("large", exclusiveMaximum)]
      : []),
  ];
}

function listFaults(
  schema: Schema,
  value: readonly Json[],
  path: readonly (string | number)[],
  fault: MakeFault,
) {
  const { minItems: min, maxItems: max, items } = schema;
  return [
    ...(typeof min === "number" && value.length < min
      ? [fault("short", min)]
      : []),
    ...(typeof max === "number" && value.length > max
      ? [fault("long", max)]
      : []),
    ...value.flatMap((one, index) => faultsOf(items, one, [...path, index])),
  ];
}

function objectFaults(
  schema: Schema,
  value: Schema,
  path: readonly (string | number)[],
  fault: MakeFault,
) {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const more = schema["additionalProperties"];
  const missing = listOf(schema["required"]).filter(
    (name) => value[name] === undefined,
  );
  return [
    ...missing.map((name) => fault("missing", name)),
    ...Object.entries(value).flatMap(([name, inner]): readonly JsonFault[] => {
      const at = [...path, name];
      const known = Object.hasOwn(properties, name)
        ? properties[name]
        : undefined;
      if (known !== undefined) {
        return faultsOf(known, inner ?? null, at);
      }
      return more === false
        ? [{ path: at, kind: "unknown", wanted: name }]
        : faultsOf(more, inner ?? null, at);
    }),
  ];
}

function isOfType(type: string, value: Json): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    case "integer":
      return Number.isInteger(value);
    case "string":
    case "number":
    case "boolean":
      return typeof value === type;
    default:
      return true;
  }
}

/** The server's expressions are RE2; what JavaScript does not understand is left to the server. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return true;
  }
}

function listOf(value: Json | undefined): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter(
    (one): one is string => typeof one === "string",
  );
}

function isObject(
  value: Json | undefined,
): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSame(left: Json, right: Json): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
