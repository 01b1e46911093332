import { Button, Group, Popover, Text, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useId, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { usePeople } from "../people.ts";
import styles from "./comments.module.css";
import {
  mentionAt,
  withIds,
  withMention,
  withoutIds,
  type Mentioned,
} from "./mentions.ts";
import { texts } from "./texts.ts";

const TYPING_MS = 150;

interface Props {
  readonly label: string;
  /** What it begins with, as it is stored. */
  readonly body?: string;
  readonly send: string;
  readonly onSend: (body: string) => Promise<void>;
  /** For one that can be closed again. */
  readonly onCancel?: () => void;
  readonly hasFocus?: boolean;
}

/** Where a comment is written: an @ offers people to mention. */
export function Composer({ label, body = "", ...props }: Props) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const submit = useSubmit();
  const listId = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [start] = useState(() => withoutIds(body));
  const [text, setText] = useState(start.text);
  const [chosen, setChosen] = useState<readonly Mentioned[]>(start.chosen);
  const [cursor, setCursor] = useState(0);
  const [isClosed, setClosed] = useState(true);
  const [active, setActive] = useState(0);
  const mention = isClosed ? null : mentionAt(text, cursor);
  const [words] = useDebouncedValue(mention?.words ?? "", TYPING_MS);
  const people = usePeople(words, mention !== null);
  const isOpen = mention !== null && people.length > 0;
  const at = Math.min(active, people.length - 1);

  function choose(index: number) {
    const one = people[index];
    if (one === undefined || mention === null) {
      return;
    }
    const put = withMention(text, { from: mention.from, cursor }, one.name);
    setText(put.text);
    setChosen((now) => [...now, { id: one.row.id, name: one.name }]);
    setClosed(true);
    setCursor(put.cursor);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(put.cursor, put.cursor);
    });
  }

  async function send() {
    await props.onSend(withIds(text.trim(), chosen));
    setText("");
    setChosen([]);
  }

  function press(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (text.trim() !== "") {
        void submit.run(send);
      }
    } else if (isOpen && event.key === "ArrowDown") {
      event.preventDefault();
      setActive((at + 1) % people.length);
    } else if (isOpen && event.key === "ArrowUp") {
      event.preventDefault();
      setActive((at + people.length - 1) % people.length);
    } else if (isOpen && (event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      choose(at);
    } else if (event.key === "Escape" && (isOpen || props.onCancel)) {
      // It closes what is open here, and not what is around it.
      event.stopPropagation();
      event.nativeEvent.stopImmediatePropagation();
      if (isOpen) {
        setClosed(true);
      } else {
        props.onCancel?.();
      }
    }
  }

  return (
    <form
      className={styles["composer"]}
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(send);
      }}
    >
      <Popover
        opened={isOpen}
        position="bottom-start"
        width={260}
        shadow="md"
        withRoles={false}
        withinPortal={false}
        trapFocus={false}
        returnFocus={false}
        closeOnEscape={false}
      >
        <Popover.Target>
          <Textarea
            ref={field}
            aria-label={label}
            placeholder={say("placeholder")}
            aria-autocomplete="list"
            aria-controls={isOpen ? listId : undefined}
            aria-activedescendant={isOpen ? `${listId}-${at}` : undefined}
            autosize
            minRows={2}
            maxRows={12}
            dir="auto"
            data-autofocus={props.hasFocus}
            autoFocus={props.hasFocus}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setCursor(event.currentTarget.selectionStart);
              setClosed(false);
              setActive(0);
            }}
            onBlur={() => setClosed(true)}
            onKeyDown={press}
          />
        </Popover.Target>
        <Popover.Dropdown p="3xs">
          <ul
            id={listId}
            role="listbox"
            aria-label={say("people")}
            className={styles["people"]}
          >
            {people.map(({ row, name }, index) => (
              <li
                key={row.id}
                id={`${listId}-${index}`}
                role="option"
                aria-selected={index === at}
                className={styles["person"]}
                onMouseDown={(event) => {
                  event.preventDefault();
                  choose(index);
                }}
              >
                <span>{name}</span>
                {typeof row["email"] === "string" && row["email"] !== name && (
                  <span className={styles["address"]}>{row["email"]}</span>
                )}
              </li>
            ))}
          </ul>
        </Popover.Dropdown>
      </Popover>
      <FormFailure error={submit.error} />
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Button
            type="submit"
            size="xs"
            loading={submit.busy}
            disabled={text.trim() === ""}
          >
            {props.send}
          </Button>
          {props.onCancel !== undefined && (
            <Button
              size="xs"
              variant="subtle"
              disabled={submit.busy}
              onClick={props.onCancel}
            >
              {t("action.cancel")}
            </Button>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          {say("sendKeys")}
        </Text>
      </Group>
    </form>
  );
}
