import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { Collection, Field } from "../../application/application.ts";
import { localeOf } from "../../fields/shown.ts";
import {
  between,
  firstDayOfWeek,
  isDay,
  today,
  weekOf,
  weeksOfMonth,
  type Day,
} from "./calendar/days.ts";
import type { Look } from "./use-look.ts";

/** What of the time a calendar shows. */
export interface Range {
  /** The field by which records stand in it; null where there is none, and in other views. */
  readonly field: Field | null;
  readonly span: "month" | "week";
  readonly at: Day;
  readonly weeks: readonly (readonly Day[])[];
  /** The records of these days; empty for all. */
  readonly filter: string;
}

/** The fields that can put records into a calendar: plans are mostly days, and what has happened a moment. */
export function dateFields(collection: Collection): readonly Field[] {
  const of = (wanted: Field["type"], system: boolean) =>
    collection.visible.filter(
      (field) => field.type === wanted && field.system === system,
    );
  return [
    ...of("date", false),
    ...of("datetime", false),
    ...of("datetime", true),
  ];
}

export function useRange(collection: Collection, look: Look): Range {
  const { i18n } = useTranslation();
  const { date, at: asked = "", span: wanted } = look.search;
  const at = isDay(asked) ? asked : today(new Date());
  const span = wanted === "week" ? "week" : "month";
  const isCalendar = look.kind === "calendar";
  return useMemo(() => {
    const fields = isCalendar ? dateFields(collection) : [];
    const field = fields.find(({ name }) => name === date) ?? fields[0] ?? null;
    const firstDay = firstDayOfWeek(localeOf(i18n.language));
    const weeks =
      span === "week" ? [weekOf(at, firstDay)] : weeksOfMonth(at, firstDay);
    const [from = at] = weeks[0] ?? [];
    const until = weeks.at(-1)?.at(-1) ?? at;
    const filter = field === null ? "" : between(field, from, until);
    return { field, span, at, weeks, filter };
  }, [collection, isCalendar, date, at, span, i18n.language]);
}
