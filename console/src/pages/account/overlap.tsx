import { Select } from "@mantine/core";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { texts } from "./texts.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** What the server takes when nothing is said. */
export const OVERLAP_DEFAULT = DAY;

/** For how long a key works on that has a successor. */
export function OverlapInput(props: {
  readonly seconds: number;
  readonly onChange: (seconds: number) => void;
}) {
  const say = usePageTexts(texts);
  const choices = [
    { seconds: 0, label: say("keys.atOnce") },
    { seconds: HOUR, label: say("keys.hours", { count: 1 }) },
    ...[1, 7, 30].map((count) => ({
      seconds: count * DAY,
      label: say("keys.days", { count }),
    })),
  ];
  return (
    <Select
      label={say("keys.overlap")}
      allowDeselect={false}
      data={choices.map(({ seconds, label }) => ({
        value: String(seconds),
        label,
      }))}
      value={String(props.seconds)}
      onChange={(value) => props.onChange(Number(value))}
    />
  );
}
