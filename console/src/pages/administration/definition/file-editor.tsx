import { Alert, Button, Checkbox, Group, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type {
  ApplicationDefinition,
  DefinitionChange,
  NewDefinitionChange,
} from "mainstay-client";
import { useState } from "react";

import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { CodeEditor } from "../parts/code-editor.tsx";
import styles from "./definition.module.css";
import { placesOf } from "./places.ts";
import { texts } from "./texts.ts";

type Collection = ApplicationDefinition["collections"][number];

/** The file of a collection. What it would change is shown before it is saved. */
export function FileEditor(props: {
  readonly definition: ApplicationDefinition;
  readonly collection: Collection;
}) {
  const { collection, definition } = props;
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const file = definition.files.find(({ path }) => path === collection.file);
  const [text, setText] = useState(file?.text ?? "");
  const [plan, setPlan] = useState<DefinitionChange | null>(null);
  const [isLossAccepted, setLossAccepted] = useState(false);
  if (file === undefined || collection.made_by !== null) {
    return <Text size="sm">{say("made")}</Text>;
  }
  const isChanged = text !== file.text;

  async function send(isDry: boolean) {
    const body: NewDefinitionChange = {
      text,
      before: definition.digest,
      dry_run: isDry,
      accept_loss: isLossAccepted,
    };
    const path = `/definition/collections/${collection.name}`;
    const change = (await client.request("PUT", path, {
      body,
    })) as DefinitionChange;
    setPlan(change);
    if (change.written) {
      setPlan(null);
      await queries.invalidateQueries({ queryKey: ["/definition"] });
      notifications.show({ message: say("saved") });
    }
  }

  const edit = (next: string) => {
    setText(next);
    setPlan(null);
    setLossAccepted(false);
  };
  const isReady =
    plan !== null &&
    plan.errors.length === 0 &&
    plan.refused.length === 0 &&
    (plan.losses.length === 0 || isLossAccepted);
  return (
    <Stack gap="sm">
      <Text size="sm" fw={600}>
        {say("file", { path: file.path })}
      </Text>
      <CodeEditor
        text={text}
        label={say("file", { path: file.path })}
        language="toml"
        isReadOnly={!definition.writable}
        faults={placesOf(text, file.path, plan?.errors ?? [])}
        onChange={edit}
        complete={null}
      />
      <FormFailure error={submit.error} />
      <div aria-live="polite">
        {plan !== null && (
          <Plan
            plan={plan}
            isLossAccepted={isLossAccepted}
            onAcceptLoss={setLossAccepted}
          />
        )}
      </div>
      {definition.writable && (
        <Group gap="sm">
          <Button
            variant={isReady ? "default" : "filled"}
            disabled={!isChanged}
            loading={submit.busy}
            onClick={() => void submit.run(() => send(true))}
          >
            {say("plan")}
          </Button>
          {isReady && (
            <Button
              loading={submit.busy}
              onClick={() => void submit.run(() => send(false))}
            >
              {say("save")}
            </Button>
          )}
          {isChanged ? (
            <Button variant="subtle" onClick={() => edit(file.text)}>
              {say("undo")}
            </Button>
          ) : (
            <Text size="sm" c="dimmed">
              {say("unchanged")}
            </Text>
          )}
        </Group>
      )}
    </Stack>
  );
}

function Plan(props: {
  readonly plan: DefinitionChange;
  readonly isLossAccepted: boolean;
  readonly onAcceptLoss: (isAccepted: boolean) => void;
}) {
  const { errors, losses, refused, steps } = props.plan;
  const say = usePageTexts(texts);
  if (errors.length > 0) {
    const lines = errors.map(({ path, line, message, hint }) => {
      const sentence = [message, hint].filter(Boolean).join(": ");
      return line === null
        ? say("fileFault", { path, message: sentence })
        : say("line", { line, message: sentence });
    });
    return (
      <Alert color="red" title={say("faults")} role="alert">
        <Lines lines={lines} />
      </Alert>
    );
  }
  return (
    <Stack gap="sm">
      {refused.length > 0 && (
        <Alert color="red" title={say("refused")} role="alert">
          <Lines lines={refused} />
        </Alert>
      )}
      <div>
        <Text size="sm" fw={600}>
          {say("steps")}
        </Text>
        {steps.length === 0 ? (
          <Text size="sm">{say("noSteps")}</Text>
        ) : (
          <Lines lines={steps} />
        )}
      </div>
      {losses.length > 0 && (
        <Alert color="red" title={say("losses")}>
          <Stack gap="sm">
            <Lines lines={losses} />
            <Checkbox
              label={say("acceptLoss")}
              checked={props.isLossAccepted}
              onChange={(event) =>
                props.onAcceptLoss(event.currentTarget.checked)
              }
            />
          </Stack>
        </Alert>
      )}
    </Stack>
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <ul className={styles["list"]}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
