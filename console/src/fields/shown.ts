import type { TFunction } from "i18next";

import type { Application, Field } from "../application/application.ts";
import {
  related,
  relatedMany,
  type Json,
  type Row,
} from "../application/row.ts";

/** What a list shows of a value, as one line of text. */
export function shown(
  { application, language, t }: Showing,
  field: Field,
  row: Row,
): string {
  const value = row[field.name];
  if (value === null || value === undefined) {
    return "";
  }
  const target = application.target(field);
  if (target !== undefined) {
    return Array.isArray(value)
      ? relatedMany(row, field.name)
          .map((one) => target.labelOf(one))
          .join(", ")
      : relatedLabel(row, field, target.labelOf.bind(target), value);
  }
  return shownValue({ language, t }, field, value);
}

/** A value without the record around it, as in a history. */
export function shownValue(
  { language, t }: Pick<Showing, "language" | "t">,
  field: Field,
  value: Json | undefined,
): string {
  if (value === null || value === undefined) {
    return "";
  }
  switch (field.type) {
    case "boolean":
      return value === true ? t("table.yes") : t("table.no");
    case "datetime":
      return typeof value === "string" ? moment(language, value) : "";
    case "date":
      return typeof value === "string" ? day(language, value) : "";
    case "integer":
    case "number":
      return typeof value === "number"
        ? new Intl.NumberFormat(localeOf(language), {
            maximumFractionDigits: 10,
          }).format(value)
        : String(value);
    case "multi_select":
      return Array.isArray(value) ? value.join(", ") : "";
    default:
      return typeof value === "object" ? JSON.stringify(value) : String(value);
  }
}

export interface Showing {
  readonly application: Application;
  readonly language: string;
  readonly t: TFunction;
}

/** The language of the texts, as it is written where the viewer lives: dates of en-GB are not those of en-US. */
export function localeOf(language: string): string {
  const own = navigator.languages.find(
    (tag) => tag.split("-", 1)[0] === language,
  );
  return own ?? language;
}

/** A moment in the viewer's zone. */
export function moment(language: string, value: string): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    dateStyle: "medium",
    timeStyle: "short",
  }).format(new Date(value));
}

/** A day has no zone: it is the same everywhere. */
function day(language: string, value: string): string {
  const time = new Date(`${value}T00:00:00Z`);
  return Number.isNaN(time.getTime())
    ? value
    : new Intl.DateTimeFormat(localeOf(language), {
        dateStyle: "medium",
        timeZone: "UTC",
      }).format(time);
}

function relatedLabel(
  row: Row,
  field: Field,
  labelOf: (row: Row) => string,
  value: Json,
): string {
  const found = related(row, field.name);
  return found === null ? String(value).slice(0, 8) : labelOf(found);
}
