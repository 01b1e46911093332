import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";

import { useConsole } from "../console.tsx";
import { usePageTexts } from "../i18n/page-texts.ts";
import { offline } from "./offline.ts";
import styles from "./offline-bar.module.css";
import type { Pending } from "./pending.ts";
import { useOffline } from "./state.ts";
import { texts } from "./texts.ts";

/** Is asked for when there is a network again. */
const Decision = lazy(async () => ({
  default: (await import("./decision.tsx")).Decision,
}));

/** Says that there is no connection, what waits for one, and what needs a decision. */
export function OfflineBar() {
  const say = usePageTexts(texts);
  const here = useConsole();
  const queries = useQueryClient();
  const { isCut, isSending, pending } = useOffline();
  const [isOpen, setOpen] = useState(false);
  const [decided, setDecided] = useState<number | null>(null);
  const { application, person } = here;
  useEffect(
    () => offline.begin({ application, person: person.id, queries }),
    [application, person.id, queries],
  );

  const troubled = pending.filter(({ trouble }) => trouble !== null);
  const count = pending.length - troubled.length;
  const decision = pending.find(({ key }) => key === decided);
  const isShown = isCut || pending.length > 0;
  return (
    <aside
      className={styles["note"]}
      data-shown={isShown}
      aria-label={say("label")}
    >
      <div className={styles["line"]}>
        <span role="status">
          {isShown &&
            [
              ...(isCut ? [say("cut")] : []),
              ...(count > 0
                ? [say(isSending ? "sending" : "waiting", { count })]
                : []),
              ...(troubled.length > 0
                ? [say("trouble", { count: troubled.length })]
                : []),
            ].join(" ")}
        </span>
        {pending.length > 0 && (
          <Button
            size="compact-sm"
            variant="default"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {say(isOpen ? "hide" : "show")}
          </Button>
        )}
      </div>
      {isOpen && pending.length > 0 && (
        <ul className={styles["list"]} aria-label={say("list")}>
          {pending.map((one) => (
            <li key={one.key} className={styles["item"]}>
              <PendingItem
                pending={one}
                mayDecide={!isCut}
                isFollowing={troubled.some(
                  ({ id, key }) => id === one.id && key < one.key,
                )}
                onDecide={() => setDecided(one.key)}
              />
            </li>
          ))}
        </ul>
      )}
      {decision !== undefined && (
        <Suspense fallback={null}>
          <Decision pending={decision} onDone={() => setDecided(null)} />
        </Suspense>
      )}
    </aside>
  );
}

function PendingItem(props: {
  readonly pending: Pending;
  readonly mayDecide: boolean;
  readonly isFollowing: boolean;
  readonly onDecide: () => void;
}) {
  const { pending } = props;
  const say = usePageTexts(texts);
  const { application } = useConsole();
  const collection = application.collection(pending.collection);
  const row = {
    version: 1,
    ...pending.base,
    ...pending.values,
    id: pending.id,
  };
  const { trouble } = pending;
  return (
    <>
      <span className={styles["words"]}>
        <strong>{collection?.labelOf(row) ?? pending.id}</strong>
        {` · ${collection?.title ?? pending.collection} · ${say(`ops.${pending.op}`)} · `}
        {trouble === null
          ? say(props.isFollowing ? "follows" : "waits")
          : trouble.kind === "conflict"
            ? say("conflict")
            : say("refused", { reason: trouble.reason })}
      </span>
      {trouble !== null && (
        <Button
          size="compact-sm"
          variant="default"
          disabled={!props.mayDecide}
          onClick={() =>
            trouble.kind === "conflict"
              ? props.onDecide()
              : void offline.drop(pending)
          }
        >
          {say(trouble.kind === "conflict" ? "decide" : "discard")}
        </Button>
      )}
    </>
  );
}
