import { Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { SHORTCUT_TARGETS } from "../../layout/shortcuts.tsx";
import { WORDS_MIN } from "../../search/find-records.ts";
import { useFoundRecords } from "../../search/use-found-records.ts";
import { Icon } from "../../ui/icon.tsx";
import styles from "./home.module.css";
import { RecordItems } from "./record-items.tsx";
import { texts } from "./texts.ts";

/** Finds records of all collections by what they are called. */
export function HomeSearch() {
  const say = usePageTexts(texts);
  const [typed, setTyped] = useState("");
  const { records, isSearching, isError } = useFoundRecords(typed);
  const words = typed.trim();
  const isAsked = words.length >= WORDS_MIN;
  return (
    <div className={styles["search"]} role="search">
      <TextInput
        type="search"
        size="md"
        aria-label={say("search")}
        placeholder={say("search")}
        leftSection={<Icon name="search" />}
        {...SHORTCUT_TARGETS.search}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Text size="sm" c="dimmed" role="status" mt="xs">
        {!isAsked
          ? ""
          : isError
            ? say("searchFailed")
            : isSearching
              ? say("searching")
              : records.length === 0
                ? say("nothing", { words })
                : ""}
      </Text>
      {isAsked && records.length > 0 && (
        <RecordItems
          id="home-found"
          title={say("found")}
          none=""
          items={records.map(({ collection, id, label }) => ({
            key: id,
            collection: collection.name,
            id,
            label,
            about: collection.title,
          }))}
        />
      )}
    </div>
  );
}
