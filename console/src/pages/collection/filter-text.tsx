import { Autocomplete, Button } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Collection } from "../../application/application.ts";
import { useConsole } from "../../console.tsx";
import { completed, completionsOf } from "../../fields/completion.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { texts } from "./texts.ts";

interface Props {
  readonly collection: Collection;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** Why the server does not take the filter. */
  readonly fault: string | null;
}

/** A filter as the expression that it is. While it is typed, names of fields and their choices are offered. */
export function FilterText({ collection, text, onText, fault }: Props) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { application } = useConsole();
  const input = useRef<HTMLInputElement>(null);
  const [caret, setCaret] = useState(text.length);
  /** What was taken from the list: the input would put it in the place of the whole text. */
  const taken = useRef<string | null>(null);
  const completion = completionsOf(text, caret, collection, (field) =>
    application.target(field),
  );
  return (
    <Autocomplete
      ref={input}
      label={say("table.filterLabel")}
      placeholder={say("table.filterPlaceholder")}
      spellCheck={false}
      autoCapitalize="off"
      autoCorrect="off"
      styles={{
        input: { fontFamily: "var(--mantine-font-family-monospace)" },
      }}
      value={text}
      error={fault}
      data={[...completion.options]}
      filter={({ options }) => options}
      onOptionSubmit={(option) => {
        const next = completed(text, caret, completion, option);
        taken.current = next.text;
        setCaret(next.caret);
        requestAnimationFrame(() =>
          input.current?.setSelectionRange(next.caret, next.caret),
        );
      }}
      onChange={(typed) => {
        const next = taken.current ?? typed;
        if (taken.current === null) {
          setCaret(input.current?.selectionStart ?? typed.length);
        }
        taken.current = null;
        onText(next);
      }}
      onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
      rightSectionWidth="auto"
      rightSection={
        <Button type="submit" size="compact-sm" variant="light" mx="3xs">
          {t("action.apply")}
        </Button>
      }
    />
  );
}
