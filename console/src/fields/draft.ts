import type { TFunction } from "i18next";

import type { Field } from "../application/application.ts";
import type { Json } from "../application/row.ts";

/** What stands in an input: texts as they are typed, whatever the type of the field. */
export type Draft = string | boolean | readonly string[];

/** What an input holds means a value of the field, or nothing yet. */
export type Reading =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly fault: string };

/** What an input shows for a value. */
export function draftOf(field: Field, value: Json | undefined): Draft {
  switch (field.type) {
    case "boolean":
      return field.required
        ? value === true
        : value === null || value === undefined
          ? ""
          : String(value);
    case "multi_select":
      return texts(value);
    case "relation":
      return field.many === true ? texts(value) : plain(value);
    case "datetime":
      return typeof value === "string" ? localTime(value) : "";
    case "json":
      return value === null || value === undefined
        ? ""
        : JSON.stringify(value, null, 2);
    default:
      return plain(value);
  }
}

/** What an input shows for a record that is about to be made. */
export function draftOfDefault(field: Field, userId: string): Draft {
  const given = field.default;
  if (given === null || given === undefined) {
    return draftOf(field, null);
  }
  if ("value" in given) {
    return draftOf(field, given.value as Json);
  }
  if ("auth_id" in given) {
    return draftOf(field, userId);
  }
  // The server knows better what the time is.
  return draftOf(field, null);
}

/** Reads an input as the server will, so that what it refuses is said before sending. */
export function readDraft(
  say: TFunction<"fields">,
  field: Field,
  draft: Draft,
): Reading {
  const missing = draft === "" || (Array.isArray(draft) && draft.length === 0);
  if (missing && !isText(field)) {
    return field.required
      ? fault(say("required"))
      : ok(Array.isArray(draft) ? [] : null);
  }
  if (typeof draft !== "string") {
    return ok(draft as Json);
  }
  switch (field.type) {
    case "boolean":
      return ok(draft === "true");
    case "integer":
    case "number":
      return readNumber(say, field, draft);
    case "decimal":
      return /^-?\d+(\.\d+)?$/.test(draft)
        ? ok(draft)
        : fault(say("notANumber"));
    case "datetime":
      return Number.isNaN(Date.parse(draft))
        ? fault(say("notADate"))
        : ok(new Date(draft).toISOString());
    case "date":
      return /^\d{4}-\d{2}-\d{2}$/.test(draft)
        ? ok(draft)
        : fault(say("notADate"));
    case "json":
      return readJson(say, draft);
    case "email":
    case "url":
    case "text":
      return readText(say, field, draft);
    default:
      return ok(draft);
  }
}

function readText(
  say: TFunction<"fields">,
  field: Field,
  draft: string,
): Reading {
  if (draft === "") {
    const mayBeEmpty = field.type === "text" && Number(field.min ?? 0) === 0;
    if (!field.required) {
      return ok(null);
    }
    return mayBeEmpty ? ok("") : fault(say("required"));
  }
  if (field.type === "email" && !/^[^@\s]+@[^@\s]+$/.test(draft)) {
    return fault(say("notAnEmail"));
  }
  if (field.type === "url" && !/^https?:\/\/[^\s/]+/.test(draft)) {
    return fault(say("notAUrl"));
  }
  const length = [...draft].length;
  if (field.min !== undefined && length < Number(field.min)) {
    return fault(say("tooShort", { min: field.min }));
  }
  if (field.max !== undefined && length > Number(field.max)) {
    return fault(say("tooLong", { max: field.max }));
  }
  return matches(field.pattern, draft)
    ? ok(draft)
    : fault(say("pattern", { pattern: field.pattern ?? "" }));
}

/** The server's expressions are RE2; what JavaScript does not understand is left to the server. */
function matches(pattern: string | null | undefined, draft: string): boolean {
  if (pattern === null || pattern === undefined) {
    return true;
  }
  try {
    return new RegExp(pattern, "u").test(draft);
  } catch {
    return true;
  }
}

function readNumber(
  say: TFunction<"fields">,
  field: Field,
  draft: string,
): Reading {
  const number = Number(draft.replace(",", "."));
  if (draft.trim() === "" || !Number.isFinite(number)) {
    return fault(say("notANumber"));
  }
  if (field.type === "integer" && !Number.isSafeInteger(number)) {
    return fault(say("notAnInteger"));
  }
  if (field.min !== undefined && number < Number(field.min)) {
    return fault(say("tooSmall", { min: field.min }));
  }
  if (field.max !== undefined && number > Number(field.max)) {
    return fault(say("tooLarge", { max: field.max }));
  }
  return ok(number);
}

function readJson(say: TFunction<"fields">, draft: string): Reading {
  try {
    return ok(JSON.parse(draft) as Json);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    return fault(say("notJson", { reason }));
  }
}

function isText(field: Field): boolean {
  return ["text", "email", "url"].includes(field.type);
}

/** As an input of the browser's zone has it: without a zone, to the second. */
function localTime(value: string): string {
  const time = new Date(value);
  const shifted = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19);
}

function plain(value: Json | undefined): string {
  return value === null || value === undefined || typeof value === "object"
    ? ""
    : String(value);
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function ok(value: Json): Reading {
  return { ok: true, value };
}

function fault(text: string): Reading {
  return { ok: false, fault: text };
}
