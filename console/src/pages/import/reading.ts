import type { TFunction } from "i18next";

import type { Field } from "../../application/application.ts";
import { readDraft, type Draft, type Reading } from "../../fields/draft.ts";
import type { Cell } from "./source.ts";

const YES = new Set(["true", "yes", "y", "1", "x", "ja", "wahr"]);
const NO = new Set(["false", "no", "n", "0", "nein", "falsch"]);

/** What is wrong with a cell that an input of the page could not hold. */
export type CellFault = "notABoolean" | "notAnOption" | "notADate";

/** Reads a cell as the input of its field would be read; null when it is empty. */
export function readCell(
  t: TFunction<"fields">,
  say: (fault: CellFault, values: { readonly value: string }) => string,
  field: Field,
  cell: Cell,
): Reading | null {
  const text = typeof cell === "string" ? cell : null;
  if (text === null ? cell.length === 0 : text.trim() === "") {
    return null;
  }
  const fault = (name: CellFault): Reading => ({
    ok: false,
    fault: say(name, { value: text ?? "" }),
  });
  const trimmed = text?.trim() ?? "";
  switch (field.type) {
    case "boolean": {
      const word = trimmed.toLowerCase();
      return YES.has(word)
        ? { ok: true, value: true }
        : NO.has(word)
          ? { ok: true, value: false }
          : fault("notABoolean");
    }
    case "select": {
      const option = optionOf(field, trimmed);
      return option === undefined
        ? fault("notAnOption")
        : { ok: true, value: option };
    }
    case "multi_select": {
      const given = text === null ? (cell as readonly string[]) : listOf(text);
      const options = given.map((one) => optionOf(field, one));
      const known = options.filter((one) => one !== undefined);
      return known.length === options.length
        ? readDraft(t, field, known)
        : fault("notAnOption");
    }
    case "datetime":
      // `Date` takes 3/4/2026 for one of two days; nobody knows which was meant.
      return /^\d{4}-\d{2}-\d{2}([T ].*)?$/.test(trimmed)
        ? readDraft(t, field, trimmed.replace(" ", "T"))
        : fault("notADate");
    case "text":
    case "json":
      return readDraft(t, field, (text ?? JSON.stringify(cell)) as Draft);
    default:
      return readDraft(t, field, trimmed);
  }
}

/** Several values in one cell: a JSON list, or parts between semicolons, bars or commas. */
export function listOf(text: string): readonly string[] {
  const trimmed = text.trim();
  if (trimmed.startsWith("[")) {
    try {
      const list: unknown = JSON.parse(trimmed);
      if (Array.isArray(list)) {
        return list.map(String);
      }
    } catch {
      // Then it is no list, and is cut like any text.
    }
  }
  const mark = [";", "|", ","].find((one) => trimmed.includes(one)) ?? ";";
  return trimmed
    .split(mark)
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

function optionOf(field: Field, text: string): string | undefined {
  const options = field.options ?? [];
  return options.find(
    (one) => one === text || one.toLowerCase() === text.toLowerCase(),
  );
}
