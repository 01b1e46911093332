// A JSON Schema as a list of fields that a person can read.

import { h, inline } from "./dom.js";

let openapi = {};

/** References lead into this document. */
export function useDocument(document) {
  openapi = document;
}

/** What a reference stands for; anything else is itself. */
export function resolve(object) {
  if (!object?.$ref) return object;
  const steps = object.$ref.split("/").slice(1);
  const found = steps.reduce((at, step) => at?.[step.replaceAll("~1", "/").replaceAll("~0", "~")], openapi);
  // Words beside a reference are about this use of it.
  const { $ref, ...own } = object;
  return { ...found, ...own };
}

/**
 * The fields of an object's schema, or a sentence for a schema of another kind. `given` says that the reader has to
 * give the fields: then it matters which are required.
 */
export function fieldList(schema, given = false) {
  const whole = flattened(resolve(schema));
  const alternatives = whole.oneOf ?? whole.anyOf;
  if (alternatives) return choices(alternatives.map(resolve), given);
  if (!whole.properties) return h("p", { class: "small muted" }, `Takes ${typeWords(whole)}.`);
  const names = ordered(whole);
  const required = new Set(whole.required ?? []);
  return h("dl", { class: "fields" }, names.map((name) => row(name, whole.properties[name], given, given && required.has(name))));
}

/** An object with the parts that `allOf` takes from elsewhere. */
function flattened(schema) {
  if (!schema.allOf) return schema;
  const parts = schema.allOf.map((part) => flattened(resolve(part)));
  const properties = Object.assign({}, ...parts.map((part) => part.properties));
  for (const [name, narrowed] of Object.entries(schema.properties ?? {})) {
    properties[name] = { ...resolve(properties[name]), ...narrowed };
  }
  return { ...Object.assign({}, ...parts), ...schema, properties, allOf: undefined };
}

/** In the order of the definition where the document knows it. */
function ordered({ properties, required = [], "x-order": order = [] }) {
  const names = [...new Set([...order, ...required, ...Object.keys(properties)])];
  return names.filter((name) => name in properties);
}

function choices(schemas, given) {
  return h(
    "div",
    { class: "choices" },
    schemas.map((schema) => {
      const name = schema.title ?? typeWords(schema);
      const said = schema.description ? h("p", { class: "small" }, inline(schema.description)) : null;
      return h("div", {}, h("h4", {}, name), said, fieldList(schema, given));
    }),
  );
}

function row(name, described, given, required) {
  const schema = resolve(described);
  const about = [
    h("code", { class: "field-name" }, name),
    h("span", { class: "type" }, typeParts(described)),
    required ? h("span", { class: "badge" }, "required") : null,
  ];
  // The type says already which collection an id is of.
  const words = (schema.description ?? "").replace(/ ?Ids? of (a record|records) of `[a-z0-9_]+`\./, "");
  const said = words ? h("p", {}, inline(words)) : null;
  const limits = limitParts(schema);
  const limited = limits.length > 0 ? h("p", { class: "limits" }, limits) : null;
  return [h("dt", {}, about), h("dd", {}, said, limited, nested(schema, given))];
}

/** The fields of a value that is an object itself, or a list of them; made when they are asked for. */
function nested(schema, given) {
  const inner = innerObject(schema);
  if (!inner) return null;
  const details = h("details", { class: "nested" }, h("summary", {}, "Its fields"));
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(fieldList(inner, given));
  });
  return details;
}

function innerObject(given) {
  const schema = resolve(given);
  if (schema.properties || schema.oneOf) return schema;
  if (schema.items) return innerObject(schema.items);
  const several = (schema.anyOf ?? []).map(resolve).filter((one) => one.type !== "null");
  return several.length > 0 ? innerObject(several[0]) : null;
}

function typeParts(given) {
  const schema = resolve(given);
  const relation = schema["x-relation"];
  if (!relation) return [typeWords(given)];
  const link = h("a", { href: `#read_record_${relation}` }, relation);
  const many = types(schema).includes("array");
  return [many ? "ids of " : "id of ", link, types(schema).includes("null") ? " or null" : ""];
}

function types(schema) {
  return [schema.type ?? []].flat();
}

/** The kind of a value in words: `list of text`, `integer or null`. */
export function typeWords(given) {
  const schema = resolve(given);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const several = schema.anyOf ?? schema.oneOf;
  if (several) {
    const words = [...new Set(several.map(typeWords))];
    return words.join(" or ");
  }
  const all = types(schema);
  if (all.length >= 5) return "any JSON value";
  const words = all.map((type) => {
    if (type === "array") return schema.items ? `list of ${typeWords(schema.items)}` : "list";
    if (type === "string") return { uuid: "id", "date-time": "time", date: "date", email: "e-mail address", uri: "address" }[schema.format] ?? "text";
    return type;
  });
  return words.join(" or ") || "any JSON value";
}

function limitParts(schema) {
  const said = [];
  const options = (schema.enum ?? schema.items?.enum)?.filter((option) => option !== null);
  if (options && options.length <= 60) {
    said.push(["one of ", options.flatMap((option, position) => [position > 0 ? " " : "", h("code", {}, String(option))])]);
  }
  const range = bounds(schema);
  if (range) said.push([range]);
  if (schema.pattern && !schema.pattern.includes("\\u0000")) said.push(["matches ", h("code", {}, schema.pattern)]);
  if (schema.default !== undefined) said.push(["default ", h("code", {}, JSON.stringify(schema.default))]);
  if (schema.readOnly) said.push(["set by the server"]);
  return said.map((parts) => h("span", {}, ...parts.flat()));
}

function bounds(schema) {
  const between = (min, max, unit) => {
    if (min !== undefined && max !== undefined) return `${count(min)} to ${count(max)}${unit}`;
    if (max !== undefined) return `at most ${count(max)}${unit}`;
    return min !== undefined ? `at least ${count(min)}${unit}` : null;
  };
  return (
    between(schema.minLength, schema.maxLength, " characters") ??
    between(schema.minimum, schema.maximum, "") ??
    between(schema.minItems || undefined, schema.maxItems, " items")
  );
}

function count(number) {
  return number.toLocaleString("en");
}
