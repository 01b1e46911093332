import {
  ActionIcon,
  Group,
  Input,
  SegmentedControl,
  Textarea,
} from "@mantine/core";
import { useRef, useState, type ReactNode } from "react";

import { usePageTexts } from "../i18n/page-texts.ts";
import { RichText } from "../ui/rich/rich-text.tsx";
import styles from "./rich-input.module.css";
import { applied, type Mark } from "./rich-marks.ts";
import { texts } from "./texts.ts";

interface Props {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly common: {
    readonly label: string;
    readonly description: ReactNode;
    readonly error: string | null;
    readonly withAsterisk: boolean;
    readonly disabled: boolean;
    readonly id: string;
  };
}

const MARKS: readonly { readonly mark: Mark; readonly shown: string }[] = [
  { mark: "bold", shown: "B" },
  { mark: "italic", shown: "I" },
  { mark: "list", shown: "•" },
  { mark: "link", shown: "↗" },
  { mark: "code", shown: "<>" },
];

/** CommonMark, written with a little help and looked at as others will see it. */
export function RichInput({ text, onChange, common }: Props) {
  const say = usePageTexts(texts);
  const field = useRef<HTMLTextAreaElement>(null);
  const [isShown, setShown] = useState(common.disabled && text !== "");

  function apply(mark: Mark) {
    const area = field.current;
    if (area === null) {
      return;
    }
    const { selectionStart, selectionEnd } = area;
    const next = applied(mark, text, selectionStart, selectionEnd);
    onChange(next.text);
    requestAnimationFrame(() => {
      area.focus();
      area.setSelectionRange(next.from, next.to);
    });
  }

  const bar = (
    <Group justify="space-between" gap="xs" mb="3xs">
      <Group gap="4xs" role="group" aria-label={say("formatting")}>
        {!isShown &&
          !common.disabled &&
          MARKS.map(({ mark, shown }) => (
            <ActionIcon
              key={mark}
              variant="subtle"
              color="gray"
              aria-label={say(mark)}
              title={say(mark)}
              className={styles[mark] ?? ""}
              onClick={() => apply(mark)}
            >
              {shown}
            </ActionIcon>
          ))}
      </Group>
      <SegmentedControl
        size="xs"
        aria-label={common.label}
        value={isShown ? "preview" : "write"}
        onChange={(mode) => setShown(mode === "preview")}
        data={[
          { value: "write", label: say("write") },
          { value: "preview", label: say("preview") },
        ]}
      />
    </Group>
  );
  return isShown ? (
    <Input.Wrapper
      label={common.label}
      description={common.description}
      withAsterisk={common.withAsterisk}
      error={common.error}
      labelElement="div"
    >
      {bar}
      <div className={styles["preview"]}>
        {text.trim() === "" ? say("nothingYet") : <RichText text={text} />}
      </div>
    </Input.Wrapper>
  ) : (
    <Textarea
      {...common}
      ref={field}
      autosize
      minRows={4}
      maxRows={20}
      dir="auto"
      value={text}
      inputContainer={(input) => (
        <>
          {bar}
          {input}
        </>
      )}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        const mark = { b: "bold", i: "italic" }[event.key] as Mark | undefined;
        if ((event.ctrlKey || event.metaKey) && mark !== undefined) {
          event.preventDefault();
          apply(mark);
        }
      }}
    />
  );
}
