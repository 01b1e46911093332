import {
  Button,
  SegmentedControl,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useState } from "react";

import { ORIGIN } from "../../../api/console-client.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { Confirm, type Question } from "../parts/confirm.tsx";
import { CopyText } from "../parts/copy-text.tsx";
import styles from "./api.module.css";
import type { Operation, Parameter } from "./document.ts";
import { run, type Ran } from "./run.ts";
import { curlOf, typeScriptOf, type Filled } from "./samples.ts";
import { texts } from "./texts.ts";

/** The request as an example, and the button that sends it. */
export function TryOut({ operation }: { readonly operation: Operation }) {
  const say = usePageTexts(texts);
  const submit = useSubmit();
  const [language, setLanguage] = useState("curl");
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [body, setBody] = useState(() =>
    JSON.stringify(operation.body?.example ?? {}, null, 2),
  );
  const [fault, setFault] = useState<string | null>(null);
  const [ran, setRan] = useState<Ran | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const filled: Filled = {
    values,
    body: operation.body === null ? null : body,
  };

  async function send() {
    setRan(await run(operation, filled));
  }

  function begin() {
    const missing = operation.parameters.find(
      (one) => one.in === "path" && (values[one.name] ?? "") === "",
    );
    const reason = operation.body === null ? null : faultOf(body);
    if (missing !== undefined) {
      setFault(say("missing", { name: missing.name }));
    } else if (reason !== null) {
      setFault(say("notJson", { reason }));
    } else if (operation.method === "DELETE") {
      setFault(null);
      const { method, path } = operation;
      setQuestion({
        title: say("sendTitle", { method, path }),
        text: say("sendText"),
        act: say("send"),
        isDangerous: true,
        run: send,
      });
    } else {
      setFault(null);
      void submit.run(send);
    }
  }

  return (
    <Stack gap="sm">
      <div className={styles["samples"]}>
        <h3 className={styles["heading"]}>{say("example")}</h3>
        <SegmentedControl
          size="xs"
          aria-label={say("example")}
          data={[
            { value: "curl", label: say("asCurl") },
            { value: "ts", label: say("asTypeScript") },
          ]}
          value={language}
          onChange={setLanguage}
        />
      </div>
      <CopyText
        label={say("example")}
        value={
          language === "curl"
            ? curlOf(ORIGIN, operation, filled)
            : typeScriptOf(operation, filled)
        }
      />
      {language === "curl" && (
        <Text size="xs" c="dimmed">
          {say("tokenHint")}
        </Text>
      )}
      <h3 className={styles["heading"]}>{say("run")}</h3>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          begin();
        }}
      >
        <Stack gap="sm">
          <div className={styles["inputs"]}>
            {operation.parameters.map((one) => (
              <TextInput
                key={one.name}
                label={one.name}
                placeholder={exampleOf(one)}
                required={one.in === "path"}
                value={values[one.name] ?? ""}
                onChange={(event) => {
                  const { value } = event.currentTarget;
                  setValues((now) => ({ ...now, [one.name]: value }));
                }}
              />
            ))}
          </div>
          {operation.body !== null && (
            <Textarea
              label={say("bodyLabel")}
              autosize
              minRows={3}
              maxRows={16}
              spellCheck={false}
              classNames={{ input: styles["code"] ?? "" }}
              value={body}
              onChange={(event) => setBody(event.currentTarget.value)}
            />
          )}
          {fault !== null && (
            <Text size="sm" c="var(--mantine-color-error)" role="alert">
              {fault}
            </Text>
          )}
          <FormFailure error={submit.error} />
          <Text size="sm" c="dimmed">
            {say(operation.method === "GET" ? "runHint" : "runChanges")}
          </Text>
          <Button type="submit" w="max-content" loading={submit.busy}>
            {say("send")}
          </Button>
        </Stack>
      </form>
      <div aria-live="polite">{ran !== null && <Outcome ran={ran} />}</div>
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </Stack>
  );
}

function Outcome({ ran }: { readonly ran: Ran }) {
  const say = usePageTexts(texts);
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {say("took", { status: ran.status, count: ran.took })}
      </Text>
      {ran.body === "" ? (
        <Text size="sm">{say("nothing")}</Text>
      ) : (
        <pre
          className={styles["answer"]}
          tabIndex={0}
          role="region"
          aria-label={say("answered")}
        >
          {ran.body}
        </pre>
      )}
    </Stack>
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

function exampleOf({ example }: Parameter): string {
  if (example === undefined) {
    return "";
  }
  return Array.isArray(example) ? example.join(",") : String(example);
}
