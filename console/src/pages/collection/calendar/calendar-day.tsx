import { useDraggable, useDroppable } from "@dnd-kit/core";
import { ActionIcon } from "@mantine/core";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Row } from "../../../application/row.ts";
import { localeOf } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Icon } from "../../../ui/icon.tsx";
import { texts } from "../texts.ts";
import type { CalendarProps } from "./calendar.tsx";
import styles from "./calendar.module.css";
import { dayNumber, longDay, shortDay, timeWords } from "./day-words.ts";
import type { Day } from "./days.ts";
import type { Moving } from "./use-moving.ts";

/** Entries of a day in a month; the others are in its week. */
const ENTRIES_MAX = 3;

interface Props extends CalendarProps {
  readonly day: Day;
  readonly rows: readonly Row[];
  readonly isToday: boolean;
  /** Does it belong to another month? */
  readonly isOther: boolean;
  /** Does the Tab key come here? */
  readonly isCurrent: boolean;
  /** Would the record in hand come here? */
  readonly isTarget: boolean;
  readonly moving: Moving;
  readonly mayMove: boolean;
  readonly onKey: (event: KeyboardEvent) => void;
  readonly onFocus: () => void;
  readonly onSteer: (event: KeyboardEvent) => void;
}

export function CalendarDay(props: Props) {
  const { day, rows, range, look, onCreateOn } = props;
  const say = usePageTexts(texts);
  const { i18n } = useTranslation();
  const locale = localeOf(i18n.language);
  const { setNodeRef, isOver } = useDroppable({ id: `day:${day}` });
  const isWeek = range.span === "week";
  const shown =
    isWeek || rows.length <= ENTRIES_MAX + 1
      ? rows
      : rows.slice(0, ENTRIES_MAX);
  const more = rows.length - shown.length;
  const tab = props.isCurrent ? 0 : -1;
  return (
    <div
      ref={setNodeRef}
      role="gridcell"
      className={styles["day"]}
      data-day={day}
      data-today={props.isToday || undefined}
      data-other={props.isOther || undefined}
      data-over={isOver || props.isTarget || undefined}
      aria-label={`${longDay(locale, day)}, ${say("table.count", { count: rows.length })}`}
      aria-current={props.isToday ? "date" : undefined}
      tabIndex={tab}
      onFocus={props.onFocus}
      onKeyDown={(event) =>
        event.target === event.currentTarget && props.onKey(event)
      }
      onDoubleClick={(event) =>
        event.target === event.currentTarget && onCreateOn?.(day)
      }
    >
      <div className={styles["dayHead"]}>
        <span className={styles["number"]} aria-hidden="true">
          {isWeek ? shortDay(locale, day) : dayNumber(locale, day)}
        </span>
        {onCreateOn !== null && (
          <ActionIcon
            variant="subtle"
            size="xs"
            className={styles["plus"] ?? ""}
            tabIndex={tab}
            aria-label={say("calendar.newOn", { day: longDay(locale, day) })}
            onClick={() => onCreateOn(day)}
          >
            <Icon name="plus" size={14} />
          </ActionIcon>
        )}
      </div>
      {shown.map((row) => (
        <Entry key={row.id} {...props} row={row} tab={tab} locale={locale} />
      ))}
      {more > 0 && (
        <button
          type="button"
          className={styles["rest"]}
          tabIndex={tab}
          onClick={() => look.show({ at: day, span: "week" })}
        >
          {say("calendar.rest", { count: more })}
        </button>
      )}
    </div>
  );
}

function Entry(
  props: Props & {
    readonly row: Row;
    readonly tab: number;
    readonly locale: string;
  },
) {
  const { collection, row, field, day, moving, mayMove } = props;
  const { setNodeRef, listeners, transform, isDragging } = useDraggable({
    id: row.id,
    disabled: !mayMove,
  });
  const isCarried = moving.carried?.row.id === row.id;
  return (
    <button
      ref={setNodeRef}
      type="button"
      className={styles["entry"]}
      data-entry={row.id}
      data-dragging={isDragging || undefined}
      data-carried={isCarried || undefined}
      data-movable={mayMove || undefined}
      dir="auto"
      tabIndex={props.tab}
      style={
        transform === null
          ? undefined
          : { transform: `translate(${transform.x}px, ${transform.y}px)` }
      }
      {...listeners}
      onClick={() => props.onOpen(row.id)}
      onKeyDown={(event) => {
        if (isCarried) {
          props.onSteer(event);
        } else if (event.key === " " && mayMove) {
          event.preventDefault();
          moving.lift(row, day);
        }
      }}
      // The space bar has lifted the record: letting go of it must not press the button.
      onKeyUp={(event) => event.key === " " && event.preventDefault()}
      onBlur={() => isCarried && moving.cancel()}
    >
      {field.type === "datetime" && (
        <span className={styles["time"]}>
          {timeWords(props.locale, String(row[field.name]))}
        </span>
      )}
      {collection.labelOf(row)}
    </button>
  );
}
