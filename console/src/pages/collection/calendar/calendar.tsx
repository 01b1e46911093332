import { DndContext } from "@dnd-kit/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMemo } from "react";

import type { Field } from "../../../application/application.ts";
import type { Row } from "../../../application/row.ts";
import { mayEver, useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { texts } from "../texts.ts";
import type { Range } from "../use-range.ts";
import type { ViewProps } from "../view-body.tsx";
import { CalendarBar } from "./calendar-bar.tsx";
import { CalendarGrid } from "./calendar-grid.tsx";
import { CalendarList } from "./calendar-list.tsx";
import styles from "./calendar.module.css";
import { dayOf, valueOn, type Day } from "./days.ts";
import { useMoving } from "./use-moving.ts";

/** What the grid and the list of a calendar have in common. */
export interface CalendarProps extends ViewProps {
  readonly range: Range;
  readonly field: Field;
  readonly byDay: ReadonlyMap<Day, readonly Row[]>;
  readonly onCreateOn: ((day: Day) => void) | null;
}

/** Records on the days of a month or a week. */
export function Calendar(props: ViewProps & { readonly range: Range }) {
  const say = usePageTexts(texts);
  const { field } = props.range;
  return field === null ? (
    <p className={styles["note"]}>{say("calendar.noField")}</p>
  ) : (
    <Days {...props} field={field} />
  );
}

function Days(props: Omit<CalendarProps, "byDay" | "onCreateOn">) {
  const { collection, list, field, range, onCreate } = props;
  const say = usePageTexts(texts);
  const here = useConsole();
  const isNarrow = useMediaQuery("(max-width: 48em)", false, {
    getInitialValueInEffect: false,
  });
  const byDay = useMemo(() => byDayOf(list.rows, field), [list.rows, field]);
  const isFixed = field.system || field.read_only || field.write_once;
  const mayMove = !isFixed && mayEver(here, collection.name, "update");
  const moving = useMoving(collection, field);
  const shared: CalendarProps = {
    ...props,
    byDay,
    onCreateOn:
      onCreate === null || isFixed
        ? null
        : (day) => onCreate({ [field.name]: valueOn(field, day, null) }),
  };
  return (
    <div className={styles["view"]}>
      <CalendarBar {...props} />
      {list.hasMore && (
        <p className={styles["note"]}>
          {say("board.more", { count: list.rows.length })}
        </p>
      )}
      <p className={styles["hidden"]} role="status" aria-live="assertive">
        {moving.said}
      </p>
      {isNarrow ? (
        <CalendarList {...shared} />
      ) : (
        <DndContext {...moving.context(list.rows)}>
          <CalendarGrid
            // Another span has other days under the keyboard.
            key={range.span}
            {...shared}
            moving={moving}
            mayMove={mayMove}
          />
        </DndContext>
      )}
    </div>
  );
}

/** The records of each day, the early ones first. */
function byDayOf(
  rows: readonly Row[],
  field: Field,
): ReadonlyMap<Day, readonly Row[]> {
  const found = new Map<Day, Row[]>();
  for (const row of rows) {
    const day = dayOf(field, row[field.name]);
    if (day !== null) {
      const before = found.get(day);
      if (before === undefined) {
        found.set(day, [row]);
      } else {
        before.push(row);
      }
    }
  }
  if (field.type === "datetime") {
    for (const day of found.values()) {
      day.sort((left, right) =>
        String(left[field.name]).localeCompare(String(right[field.name])),
      );
    }
  }
  return found;
}
