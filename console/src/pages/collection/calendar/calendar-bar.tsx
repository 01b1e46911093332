import { ActionIcon, Button, SegmentedControl, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Field } from "../../../application/application.ts";
import { localeOf } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Icon } from "../../../ui/icon.tsx";
import { texts } from "../texts.ts";
import { dateFields, type Range } from "../use-range.ts";
import type { ViewProps } from "../view-body.tsx";
import styles from "./calendar.module.css";
import { monthWords, rangeWords } from "./day-words.ts";
import { addDays, addMonths } from "./days.ts";

/** Which days a calendar shows, and by which field. */
export function CalendarBar(
  props: ViewProps & { readonly range: Range; readonly field: Field },
) {
  const { collection, look, range, field } = props;
  const say = usePageTexts(texts);
  const { i18n } = useTranslation();
  const locale = localeOf(i18n.language);
  const { span, at, weeks } = range;
  const fields = dateFields(collection);
  const go = (way: 1 | -1) =>
    look.show({
      at: span === "week" ? addDays(at, 7 * way) : addMonths(at, way),
    });
  const [first = at] = weeks[0] ?? [];
  const last = weeks.at(-1)?.at(-1) ?? at;
  return (
    <div className={styles["bar"]}>
      <Button size="xs" variant="default" onClick={() => look.show({ at: "" })}>
        {say("calendar.today")}
      </Button>
      <ActionIcon
        variant="default"
        size={30}
        aria-label={say(`calendar.before.${span}`)}
        onClick={() => go(-1)}
      >
        <Icon name="left" size={16} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={30}
        aria-label={say(`calendar.after.${span}`)}
        onClick={() => go(1)}
      >
        <Icon name="right" size={16} />
      </ActionIcon>
      <h2 className={styles["title"]} id="calendar-title" aria-live="polite">
        {span === "week"
          ? rangeWords(locale, first, last)
          : monthWords(locale, at)}
      </h2>
      <SegmentedControl
        size="xs"
        aria-label={say("calendar.span")}
        value={span}
        data={[
          { value: "month", label: say("calendar.month") },
          { value: "week", label: say("calendar.week") },
        ]}
        onChange={(next) => look.show({ span: next === "week" ? next : "" })}
      />
      {fields.length > 1 && (
        <Select
          size="xs"
          className={styles["choice"] ?? ""}
          aria-label={say("calendar.by")}
          allowDeselect={false}
          data={fields.map(({ name, title }) => ({
            value: name,
            label: title,
          }))}
          value={field.name}
          onChange={(name) => look.show({ date: name ?? "" })}
        />
      )}
    </div>
  );
}
