import { Text } from "@mantine/core";
import type { SharedWithMe } from "mainstay-client";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../console.tsx";
import { moment } from "../../fields/shown.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { RecordLink } from "../record/record-link.tsx";
import styles from "../record/record.module.css";
import { texts } from "./texts.ts";

/** Records that are shared with somebody, each leading to its page. */
export function SharedItems(props: {
  readonly items: readonly SharedWithMe[];
}) {
  const { i18n } = useTranslation();
  const say = usePageTexts(texts);
  const { application } = useConsole();
  const when = (time: string) => moment(i18n.language, time);
  return (
    <ul className={styles["list"]}>
      {props.items.map((item) => (
        <li key={item.id} className={styles["item"]}>
          <RecordLink
            collection={item.collection}
            id={item.record_id}
            className={styles["link"]}
          >
            {item.label}
          </RecordLink>
          <Text size="xs" c="dimmed">
            {say("by", {
              collection:
                application.collection(item.collection)?.title ??
                item.collection,
              level: say(`levels.${item.level}`),
              when: when(item.created_at),
            })}
            {item.expires_at !== null &&
              ` · ${say("until", { when: when(item.expires_at) })}`}
          </Text>
        </li>
      ))}
    </ul>
  );
}
