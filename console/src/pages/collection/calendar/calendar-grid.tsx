import { useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import { localeOf } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { texts } from "../texts.ts";
import { CalendarDay } from "./calendar-day.tsx";
import type { CalendarProps } from "./calendar.tsx";
import styles from "./calendar.module.css";
import { weekday } from "./day-words.ts";
import { addDays, addMonths, monthOf, today, type Day } from "./days.ts";
import type { Moving } from "./use-moving.ts";

interface Props extends CalendarProps {
  readonly moving: Moving;
  readonly mayMove: boolean;
}

/** Days in weeks. The arrow keys go from day to day (ARIA Authoring Practices, grid), and over the edge to other ones. */
export function CalendarGrid(props: Props) {
  const { look, range, byDay, moving } = props;
  const say = usePageTexts(texts);
  const { i18n } = useTranslation();
  const locale = localeOf(i18n.language);
  const grid = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<Day>(range.at);
  const days = range.weeks.flat();
  const current = days.includes(chosen) ? chosen : range.at;
  const now = today(new Date());

  function focus(day: Day) {
    setChosen(day);
    if (!days.includes(day) || (range.span === "month" && isOther(day))) {
      look.show({ at: day });
    }
    focusSoon(grid.current, `[data-day="${day}"]`);
  }
  const isOther = (day: Day) => monthOf(day) !== monthOf(range.at);

  function act(event: KeyboardEvent, day: Day) {
    const next = stepped(event.key, day, days);
    if (next !== null) {
      event.preventDefault();
      focus(next);
    } else if (event.key === "Enter" && props.onCreateOn !== null) {
      event.preventDefault();
      props.onCreateOn(day);
    }
  }

  function steer(event: KeyboardEvent) {
    const { carried } = moving;
    if (carried === null) {
      return;
    }
    const { row } = carried;
    const next = stepped(event.key, carried.day, days);
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      void moving.put(row, carried.day);
      setChosen(carried.day);
      focusSoon(grid.current, `[data-entry="${row.id}"]`);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      moving.cancel();
    } else if (next !== null && days.includes(next)) {
      event.preventDefault();
      moving.over(row, next);
    }
  }

  return (
    <>
      <p id="calendar-keys" className={styles["hidden"]}>
        {say("calendar.keys")}
      </p>
      <div
        ref={grid}
        className={styles["grid"]}
        role="grid"
        aria-labelledby="calendar-title"
        aria-describedby="calendar-keys"
        data-span={range.span}
      >
        <div role="row" className={styles["week"]} data-head>
          {(range.weeks[0] ?? []).map((day) => (
            <div key={day} role="columnheader" className={styles["weekday"]}>
              {weekday(locale, day)}
            </div>
          ))}
        </div>
        {range.weeks.map((week) => (
          <div key={week[0]} role="row" className={styles["week"]}>
            {week.map((day) => (
              <CalendarDay
                key={day}
                {...props}
                day={day}
                rows={byDay.get(day) ?? []}
                isToday={day === now}
                isOther={range.span === "month" && isOther(day)}
                isCurrent={day === current}
                isTarget={moving.carried?.day === day}
                onKey={(event) => act(event, day)}
                onFocus={() => setChosen(day)}
                onSteer={steer}
              />
            ))}
          </div>
        ))}
      </div>
    </>
  );
}

/** Where a key leads from a day. */
function stepped(key: string, day: Day, days: readonly Day[]): Day | null {
  const forwards = document.documentElement.dir === "rtl" ? -1 : 1;
  const column = days.indexOf(day) % 7;
  switch (key) {
    case "ArrowRight":
      return addDays(day, forwards);
    case "ArrowLeft":
      return addDays(day, -forwards);
    case "ArrowDown":
      return addDays(day, 7);
    case "ArrowUp":
      return addDays(day, -7);
    case "Home":
      return addDays(day, -column);
    case "End":
      return addDays(day, 6 - column);
    case "PageDown":
      return addMonths(day, 1);
    case "PageUp":
      return addMonths(day, -1);
    default:
      return null;
  }
}

/** What is focused may come into the page only with the next frame or two. */
function focusSoon(grid: HTMLElement | null, selector: string, frames = 10) {
  requestAnimationFrame(() => {
    const found = grid?.querySelector<HTMLElement>(selector);
    if (found === null || found === undefined) {
      if (frames > 0) {
        focusSoon(grid, selector, frames - 1);
      }
    } else {
      found.focus();
    }
  });
}
