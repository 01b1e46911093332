import type { Field } from "../../../application/application.ts";
import type { Json } from "../../../application/row.ts";

/** A day such as `2026-03-31`: it has no zone. */
export type Day = string;

const DAY_MS = 86_400_000;

/** Monday is 1 and Sunday 7, as `Intl` counts them. */
export function firstDayOfWeek(locale: string): number {
  // Firefox has neither name yet.
  const known = new Intl.Locale(locale) as Intl.Locale & {
    readonly weekInfo?: { readonly firstDay: number };
    readonly getWeekInfo?: () => { readonly firstDay: number };
  };
  return (known.getWeekInfo?.() ?? known.weekInfo)?.firstDay ?? 1;
}

export function isDay(text: string): boolean {
  const time = utc(text);
  return !Number.isNaN(time.getTime()) && iso(time) === text;
}

export function today(now: Date): Day {
  return localDay(now);
}

export function addDays(day: Day, count: number): Day {
  return iso(new Date(utc(day).getTime() + count * DAY_MS));
}

/** The same day of another month, or its last one where it has none. */
export function addMonths(day: Day, count: number): Day {
  const time = utc(day);
  const first = new Date(
    Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + count, 1),
  );
  const last = new Date(
    Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0),
  ).getUTCDate();
  first.setUTCDate(Math.min(time.getUTCDate(), last));
  return iso(first);
}

export function monthOf(day: Day): string {
  return day.slice(0, 7);
}

/** The week that a day is in. */
export function weekOf(day: Day, firstDay: number): readonly Day[] {
  const number = utc(day).getUTCDay() || 7;
  const start = addDays(day, -((number - firstDay + 7) % 7));
  return [0, 1, 2, 3, 4, 5, 6].map((count) => addDays(start, count));
}

/** The weeks that a month touches, whole. */
export function weeksOfMonth(
  day: Day,
  firstDay: number,
): readonly (readonly Day[])[] {
  const month = monthOf(day);
  const weeks: (readonly Day[])[] = [];
  let week = weekOf(`${month}-01`, firstDay);
  while (week.some((one) => monthOf(one) === month)) {
    weeks.push(week);
    week = weekOf(addDays(week[0] ?? day, 7), firstDay);
  }
  return weeks;
}

/** The day of a value, in the viewer's zone where it is a moment. */
export function dayOf({ type }: Field, value: Json | undefined): Day | null {
  if (typeof value !== "string" || value === "") {
    return null;
  }
  if (type === "date") {
    return value;
  }
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? null : localDay(time);
}

/** The value on another day; a moment keeps its time of the day. */
export function valueOn(
  { type }: Field,
  day: Day,
  value: Json | undefined,
): string {
  if (type === "date") {
    return day;
  }
  const before = typeof value === "string" ? new Date(value) : null;
  const [hours, minutes, seconds] =
    before === null
      ? [9, 0, 0]
      : [before.getHours(), before.getMinutes(), before.getSeconds()];
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date, hours, minutes, seconds).toISOString();
}

/** The records of some days, as a condition of a list. */
export function between(field: Field, from: Day, until: Day): string {
  const { name, type, required } = field;
  const at = (day: Day) =>
    type === "date"
      ? `"${day}"`
      : `timestamp("${valueAtMidnight(day).toISOString()}")`;
  const range = `${name} >= ${at(from)} && ${name} < ${at(addDays(until, 1))}`;
  return required ? range : `${name} != null && ${range}`;
}

function valueAtMidnight(day: Day): Date {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date);
}

function localDay(time: Date): Day {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${String(time.getFullYear()).padStart(4, "0")}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** Days are counted in UTC, which has no days of 23 hours. */
function utc(day: Day): Date {
  return new Date(`${day}T00:00:00Z`);
}

function iso(time: Date): Day {
  return time.toISOString().slice(0, 10);
}
