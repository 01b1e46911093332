import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useBlocker, useNavigate } from "@tanstack/react-router";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import type { Collection } from "../../application/application.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { listKey } from "../collection/list.ts";
import { Running } from "./fields-step.tsx";
import type { Chosen } from "./file-step.tsx";
import { BadLines } from "./preview-step.tsx";
import type { BadLine } from "./report.ts";
import type { Sending } from "./sending.ts";
import { texts } from "./texts.ts";

/** What is going on, or how it ended. */
type Phase =
  | "sending"
  | "stopping"
  | "undoing"
  | "stopped"
  | "failed"
  | "undoFailed"
  | "done"
  | "refused"
  | "undone";

interface Props {
  readonly collection: Collection;
  readonly chosen: Chosen;
  readonly sending: Sending;
  readonly badLines: () => readonly BadLine[];
  readonly onAgain: () => void;
}

/** The import itself: how far it is, and what can be done when it ends. */
export function RunStep(props: Props) {
  const { collection, chosen, sending, badLines, onAgain } = props;
  const say = usePageTexts(texts);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [phase, setPhase] = useState<Phase>("sending");
  const [error, setError] = useState<unknown>(null);
  const [, setSent] = useState(0);
  const heading = useRef<HTMLHeadingElement>(null);
  const begun = useRef(false);
  const isRunning = ["sending", "stopping", "undoing"].includes(phase);
  const onProgress = () => setSent((now) => now + 1);

  useBlocker({
    shouldBlockFn: () => isRunning && !window.confirm(say("run.leave")),
    enableBeforeUnload: isRunning,
  });

  async function run() {
    setPhase("sending");
    setError(null);
    try {
      setPhase(await sending.run(onProgress));
    } catch (failure) {
      setError(failure);
      setPhase("failed");
    }
    await told();
  }

  async function undo() {
    setPhase("undoing");
    setError(null);
    try {
      await sending.undo(onProgress);
      setPhase("undone");
    } catch (failure) {
      setError(failure);
      setPhase("undoFailed");
    }
    await told();
  }

  /** Other views of these records are asked for again, and the end is read out. */
  async function told() {
    heading.current?.focus();
    await queries.invalidateQueries({ queryKey: listKey(collection.name) });
    await queries.invalidateQueries({ queryKey: ["count", collection.name] });
  }

  useEffect(() => {
    if (!begun.current) {
      begun.current = true;
      void run();
    }
  });

  const { created: count } = sending;
  const bad = isRunning ? [] : badLines();
  const words: Readonly<Record<Phase, string>> = {
    sending: say("run.title"),
    stopping: say("run.stopping"),
    undoing: say("run.undoing"),
    stopped: say("run.stopped", { count }),
    failed: say("run.failed", { count }),
    undoFailed: say("run.failed", { count }),
    done: say("run.done", { count }),
    refused: say("run.refused"),
    undone: say("run.undone"),
  };
  const goes = count > 0 && !isRunning;
  return (
    <Stack gap="lg">
      <Title order={2} size="h4" ref={heading} tabIndex={-1}>
        {words[phase]}
      </Title>
      {phase === "refused" && <Text size="sm">{say("run.refusedText")}</Text>}
      {phase === "undone" && <Text size="sm">{say("run.undoneText")}</Text>}
      {sending.kept > 0 && !isRunning && (
        <Text size="sm">{say("run.kept", { count: sending.kept })}</Text>
      )}
      {isRunning && (
        <Running
          label={words[phase]}
          share={sending.total === 0 ? 0 : sending.sent / sending.total}
          detail={say("run.progress", {
            sent: sending.sent,
            total: sending.total,
          })}
          stop={phase === "sending" ? say("run.stop") : null}
          onStop={() => {
            sending.stop();
            setPhase("stopping");
          }}
        />
      )}
      <FormFailure error={error} />
      <Group>
        {phase === "done" && (
          <Button
            onClick={() =>
              void navigate({
                to: "/collections/$collection",
                params: { collection: collection.name },
              })
            }
          >
            {say("run.show")}
          </Button>
        )}
        {(phase === "stopped" || phase === "failed") && (
          <Button onClick={() => void run()}>{say("run.goOn")}</Button>
        )}
        {goes && (
          <Button variant="default" onClick={() => void undo()}>
            {say("run.undo")}
          </Button>
        )}
        {!isRunning && (
          <Button variant="default" onClick={onAgain}>
            {say("run.again")}
          </Button>
        )}
      </Group>
      {bad.length > 0 && phase !== "undone" && (
        <BadLines chosen={chosen} lines={bad} />
      )}
    </Stack>
  );
}
