import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { RuleCheck } from "mainstay-client";
import { useState } from "react";

import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { CodeEditor } from "../parts/code-editor.tsx";
import type { Offer } from "../parts/code-mirror.ts";
import { checkOf, type Choice } from "./choice.ts";
import styles from "./rules.module.css";
import { Tester } from "./tester.tsx";
import { texts } from "./texts.ts";

/** One rule: its text, what is wrong with it, and what it says to somebody. */
export function RuleView(props: {
  readonly collection: string;
  readonly choice: Choice;
  readonly file: string | null;
}) {
  const { choice, collection } = props;
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const inForce = choice.text?.trim() ?? "";
  const [text, setText] = useState(inForce);
  const [checked] = useDebouncedValue(text, 250);
  const isDraft = text.trim() !== inForce;
  const check = async (what: string, at: number | null) =>
    (await client.request("POST", "/rules/check", {
      body: checkOf(collection, choice, what, at),
    })) as RuleCheck;
  const found = useQuery({
    queryKey: ["/rules/check", collection, choice.key, checked],
    enabled: checked.trim() !== "",
    queryFn: () => check(checked, null),
  });
  const errors =
    checked === text && text.trim() !== "" ? (found.data?.errors ?? []) : [];

  async function complete(what: string, at: number): Promise<Offer | null> {
    const { completions } = await check(what, at);
    return completions === null
      ? null
      : {
          from: completions.start,
          to: completions.end,
          items: completions.items,
        };
  }

  return (
    <Stack gap="lg">
      <section className={styles["part"]}>
        <h2 className={styles["heading"]}>{say("expression")}</h2>
        {choice.text === null && <Text size="sm">{say("none")}</Text>}
        <CodeEditor
          text={text}
          label={say("expression")}
          language="cel"
          isReadOnly={false}
          faults={errors.map(({ start, end, message }) => ({
            from: start,
            to: end,
            message,
          }))}
          onChange={setText}
          complete={complete}
        />
        <div role="status">
          {errors.map(({ start, message, hint }) => (
            <Text
              key={start + message}
              size="sm"
              c="var(--mantine-color-error)"
            >
              {[message, hint].filter(Boolean).join(": ")}
            </Text>
          ))}
          {isDraft && errors.length === 0 && (
            <Text size="sm">{say("draft")}</Text>
          )}
        </div>
        <Group gap="sm">
          <Text size="xs" c="dimmed">
            {say("hint")}
          </Text>
          {isDraft && (
            <Button
              variant="default"
              size="xs"
              onClick={() => setText(inForce)}
            >
              {say("reset")}
            </Button>
          )}
          {props.file !== null && (
            <Anchor
              component={Link}
              to="/administration/definition"
              search={{ collection, tab: "file" } as never}
              size="sm"
            >
              {say("toDefinition")}
            </Anchor>
          )}
        </Group>
      </section>
      <Tester
        collection={collection}
        choice={choice}
        draft={isDraft && text.trim() !== "" ? text : null}
      />
    </Stack>
  );
}
