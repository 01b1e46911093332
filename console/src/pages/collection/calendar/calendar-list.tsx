import { ActionIcon } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { localeOf } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Icon } from "../../../ui/icon.tsx";
import { texts } from "../texts.ts";
import type { CalendarProps } from "./calendar.tsx";
import styles from "./calendar.module.css";
import { longDay, timeWords } from "./day-words.ts";
import { monthOf, today } from "./days.ts";

/** The days one below the other, where there is no room for a grid. */
export function CalendarList(props: CalendarProps) {
  const { collection, range, field, byDay, onOpen, onCreateOn } = props;
  const say = usePageTexts(texts);
  const { i18n } = useTranslation();
  const locale = localeOf(i18n.language);
  const now = today(new Date());
  const days = range.weeks
    .flat()
    .filter(
      (day) => range.span === "week" || monthOf(day) === monthOf(range.at),
    )
    .filter((day) => byDay.has(day) || day === now || range.span === "week");
  return (
    <div className={styles["list"]}>
      {days.length === 0 && (
        <p className={styles["note"]}>{say("calendar.empty")}</p>
      )}
      {days.map((day) => (
        <section key={day} aria-labelledby={`day-${day}`}>
          <div className={styles["listHead"]}>
            <h3 id={`day-${day}`} data-today={day === now || undefined}>
              {longDay(locale, day)}
            </h3>
            {onCreateOn !== null && (
              <ActionIcon
                variant="subtle"
                aria-label={say("calendar.newOn", {
                  day: longDay(locale, day),
                })}
                onClick={() => onCreateOn(day)}
              >
                <Icon name="plus" size={16} />
              </ActionIcon>
            )}
          </div>
          <ul>
            {(byDay.get(day) ?? []).map((row) => (
              <li key={row.id}>
                <button
                  type="button"
                  className={styles["entry"]}
                  dir="auto"
                  onClick={() => onOpen(row.id)}
                >
                  {field.type === "datetime" && (
                    <span className={styles["time"]}>
                      {timeWords(locale, String(row[field.name]))}
                    </span>
                  )}
                  {collection.labelOf(row)}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
