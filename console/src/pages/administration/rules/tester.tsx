import { Button, Select, Stack, Textarea } from "@mantine/core";
import type { JsonObject, NewRuleTest, RuleTest } from "mainstay-client";
import { useState } from "react";

import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { PersonSelect } from "../parts/person-select.tsx";
import { RecordSelect } from "../parts/record-select.tsx";
import type { Choice } from "./choice.ts";
import styles from "./rules.module.css";
import { texts } from "./texts.ts";
import { Verdict } from "./verdict.tsx";

const ACTIONS = [
  "list",
  "read",
  "create",
  "update",
  "delete",
  "restore",
  "comment",
  "share",
] as const;
type Action = (typeof ACTIONS)[number];

/** May this person do this to this record, and why? */
export function Tester(props: {
  readonly collection: string;
  readonly choice: Choice;
  /** A text that is tried in the place of the rule in force. */
  readonly draft: string | null;
}) {
  const { choice, collection, draft } = props;
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const submit = useSubmit();
  const [user, setUser] = useState("");
  const [record, setRecord] = useState("");
  const [action, setAction] = useState<Action>(
    choice.rule === "write" ? "update" : choice.rule,
  );
  const [input, setInput] = useState("{}");
  const [fault, setFault] = useState<string | null>(null);
  const [result, setResult] = useState<RuleTest | null>(null);
  const hasInput = action === "create" || action === "update";

  async function test() {
    const body: NewRuleTest = {
      collection,
      action,
      ...(user !== "" && { user }),
      ...(action !== "create" && { record }),
      ...(hasInput && { input: JSON.parse(input) as JsonObject }),
      ...(draft !== null && {
        expression: {
          rule: choice.rule,
          text: draft,
          ...(choice.field !== null && { field: choice.field }),
        },
      }),
    };
    setResult(null);
    setResult(
      (await client.request("POST", "/rules/test", { body })) as RuleTest,
    );
  }

  return (
    <section className={styles["part"]}>
      <h2 className={styles["heading"]}>{say("tester")}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const reason = hasInput ? faultOf(input) : null;
          setFault(reason === null ? null : say("notJson", { reason }));
          if (reason === null) {
            void submit.run(test);
          }
        }}
      >
        <Stack gap="sm">
          <div className={styles["choice"]}>
            <PersonSelect
              label={say("person")}
              placeholder={say("nobody")}
              value={user}
              onChange={setUser}
            />
            <Select
              label={say("action")}
              allowDeselect={false}
              data={ACTIONS.map((one) => ({
                value: one,
                label: say(`actions.${one}`),
              }))}
              value={action}
              onChange={(next) =>
                setAction(ACTIONS.find((one) => one === next) ?? action)
              }
            />
            {action !== "create" && (
              <RecordSelect
                collection={collection}
                label={say("record")}
                placeholder={say("chooseRecord")}
                nothing={say("noRecord")}
                value={record}
                onChange={setRecord}
              />
            )}
          </div>
          {hasInput && (
            <Textarea
              label={say("input")}
              autosize
              minRows={2}
              maxRows={12}
              spellCheck={false}
              error={fault}
              value={input}
              onChange={(event) => setInput(event.currentTarget.value)}
            />
          )}
          <FormFailure error={submit.error} />
          <Button
            type="submit"
            w="max-content"
            loading={submit.busy}
            disabled={action !== "create" && record === ""}
          >
            {say("test")}
          </Button>
        </Stack>
      </form>
      <div aria-live="polite">
        {result !== null && <Verdict result={result} />}
      </div>
    </section>
  );
}

/** Why a text is no JSON; null where it is. */
function faultOf(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}
