import { Text } from "@mantine/core";
import type { AuditEntry } from "mainstay-client";
import { useState } from "react";

import { moment } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { usePerson } from "../parts/use-person.ts";
import type { AuditSearch } from "./audit.tsx";
import styles from "./audit.module.css";
import { EntryDetails } from "./entry-details.tsx";
import { sentenceOf } from "./kinds.ts";
import { texts } from "./texts.ts";

/** One entry: a sentence, and what else is known behind it. */
export function Entry(props: {
  readonly entry: AuditEntry;
  /** What the record is called that it is about. */
  readonly label: string | null;
  readonly language: string;
  readonly onNarrow: (more: AuditSearch) => void;
}) {
  const { entry, label, language } = props;
  const say = usePageTexts(texts);
  const who = useActor(entry);
  const [isOpen, setOpen] = useState(false);
  const repeated = entry.payload["repeated"];
  return (
    <li className={styles["entry"]}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className={styles["summary"]}>
          <span className={styles["sentence"]}>
            {sentenceOf(language, entry.kind).map((piece, at) =>
              piece === "who" ? (
                <b key={at}>{who}</b>
              ) : piece === "what" ? (
                <b key={at} dir="auto">
                  {label ?? aboutOf(entry)}
                </b>
              ) : (
                piece.text
              ),
            )}
            {typeof repeated === "number" &&
              ` ${say("again", { count: repeated })}`}
          </span>
          <Text component="span" size="xs" c="dimmed">
            <time dateTime={entry.at}>{moment(language, entry.at)}</time> ·{" "}
            {entry.kind}
            {entry.address !== null && ` · ${entry.address}`}
          </Text>
        </summary>
        {isOpen && <EntryDetails entry={entry} onNarrow={props.onNarrow} />}
      </details>
    </li>
  );
}

/** What an entry is about that is about no record that is known. */
function aboutOf({ collection, payload }: AuditEntry): string {
  const operation = payload["operation"];
  return typeof operation === "string" ? operation : (collection ?? "");
}

function useActor({ actor }: AuditEntry): string {
  const say = usePageTexts(texts);
  const name = usePerson(
    actor.label === null || actor.label === "" ? actor.id : null,
  );
  if (actor.id === null) {
    return say(actor.kind === "system" ? "system" : "anonymous");
  }
  return actor.label || name;
}
