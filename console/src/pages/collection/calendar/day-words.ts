import type { Day } from "./days.ts";

/** A day has no zone: it is shown as it is written. */
function words(
  locale: string,
  day: Day,
  how: Intl.DateTimeFormatOptions,
): string {
  return new Intl.DateTimeFormat(locale, { ...how, timeZone: "UTC" }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

export function longDay(locale: string, day: Day): string {
  return words(locale, day, { dateStyle: "full" });
}

export function weekday(locale: string, day: Day): string {
  return words(locale, day, { weekday: "short" });
}

export function dayNumber(locale: string, day: Day): string {
  return words(locale, day, { day: "numeric" });
}

export function shortDay(locale: string, day: Day): string {
  return words(locale, day, { day: "numeric", month: "short" });
}

export function monthWords(locale: string, day: Day): string {
  return words(locale, day, { month: "long", year: "numeric" });
}

/** From the first day to the last, with what both have in common said once. */
export function rangeWords(locale: string, from: Day, until: Day): string {
  return new Intl.DateTimeFormat(locale, {
    dateStyle: "medium",
    timeZone: "UTC",
  }).formatRange(new Date(`${from}T00:00:00Z`), new Date(`${until}T00:00:00Z`));
}

/** The time of a moment, in the viewer's zone. */
export function timeWords(locale: string, value: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(
    new Date(value),
  );
}
