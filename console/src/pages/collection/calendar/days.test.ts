import { expect, test } from "vitest";

import type { Field } from "../../../application/application.ts";
import {
  addDays,
  addMonths,
  between,
  dayOf,
  firstDayOfWeek,
  isDay,
  valueOn,
  weekOf,
  weeksOfMonth,
} from "./days.ts";

const DAY = { name: "due", type: "date", required: false } as Field;
const MOMENT = { name: "at", type: "datetime", required: true } as Field;

test("days are added over the ends of months, years and summer time", () => {
  expect(addDays("2026-02-28", 1)).toBe("2026-03-01");
  expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
  expect(addDays("2026-01-01", -1)).toBe("2025-12-31");
  expect(addDays("2026-03-28", 2)).toBe("2026-03-30");
});

test("a month later is the same day, or the last one", () => {
  expect(addMonths("2026-01-31", 1)).toBe("2026-02-28");
  expect(addMonths("2026-12-15", 1)).toBe("2027-01-15");
  expect(addMonths("2026-03-31", -1)).toBe("2026-02-28");
});

test("a month is shown in whole weeks, from the day that they begin with", () => {
  const german = weeksOfMonth("2026-03-17", 1);
  expect(german[0]?.[0]).toBe("2026-02-23");
  expect(german.at(-1)?.at(-1)).toBe("2026-04-05");
  expect(german).toHaveLength(6);
  const american = weeksOfMonth("2026-03-17", 7);
  expect(american[0]?.[0]).toBe("2026-03-01");
  expect(american).toHaveLength(5);
  // February of that year fills four weeks to the day.
  expect(weeksOfMonth("2027-02-10", 1)).toHaveLength(4);
  expect(weekOf("2026-03-01", 1)[0]).toBe("2026-02-23");
  expect(weekOf("2026-03-01", 7)[0]).toBe("2026-03-01");
  expect(firstDayOfWeek("de-DE")).toBe(1);
  expect(firstDayOfWeek("en-US")).toBe(7);
});

test("a day is a day everywhere, and a moment one of the viewer's zone", () => {
  expect(dayOf(DAY, "2026-03-01")).toBe("2026-03-01");
  expect(dayOf(DAY, null)).toBe(null);
  const late = new Date(2026, 2, 1, 23, 30).toISOString();
  expect(dayOf(MOMENT, late)).toBe("2026-03-01");
  expect(isDay("2026-02-28")).toBe(true);
  expect(isDay("2026-02-30")).toBe(false);
  expect(isDay("soon")).toBe(false);
});

test("a moment keeps its time on another day", () => {
  const at = new Date(2026, 2, 1, 16, 45, 10).toISOString();
  expect(valueOn(MOMENT, "2026-03-29", at)).toBe(
    new Date(2026, 2, 29, 16, 45, 10).toISOString(),
  );
  expect(valueOn(DAY, "2026-03-29", "2026-03-01")).toBe("2026-03-29");
});

test("the days are a condition of the list", () => {
  expect(between(DAY, "2026-03-01", "2026-03-31")).toBe(
    'due != null && due >= "2026-03-01" && due < "2026-04-01"',
  );
  expect(between(MOMENT, "2026-03-01", "2026-03-01")).toBe(
    `at >= timestamp("${new Date(2026, 2, 1).toISOString()}") && ` +
      `at < timestamp("${new Date(2026, 2, 2).toISOString()}")`,
  );
});
