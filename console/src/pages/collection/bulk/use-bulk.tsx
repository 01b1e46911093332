import { Button, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { ListQuery } from "../../../api/console-client.ts";
import { told } from "../../../api/failure.ts";
import type { Collection } from "../../../application/application.ts";
import type { Row } from "../../../application/row.ts";
import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { listKey, removeFromLists, replaceInLists } from "../list.ts";
import type { Selection } from "../selection.ts";
import { texts } from "../texts.ts";
import { useUndo, type Step } from "../undo.tsx";
import { doEach, gather, takeBack, type Deed, type Outcome } from "./bulk.ts";

const REASONS_MAX = 50;
/** So long one can take it back with the mouse; with the keyboard always. */
const UNDO_MS = 10_000;

/** Does something with many records: it shows how far it is, can be stopped, names what was refused, and can be undone. */
export function useBulk(collection: Collection, query: ListQuery) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const undo = useUndo();
  const [progress, setProgress] = useState<number | null>(null);
  const stop = useRef(new AbortController());
  const { name } = collection;

  async function read(selection: Selection, onProgress: (n: number) => void) {
    stop.current = new AbortController();
    return gather(
      client,
      name,
      query,
      selection,
      onProgress,
      stop.current.signal,
    );
  }

  /** Does it with all of these, and says what became of them. */
  async function run(rows: readonly Row[], deed: Deed): Promise<void> {
    stop.current = new AbortController();
    setProgress(0);
    try {
      const { signal } = stop.current;
      const found = await doEach(client, name, rows, deed, setProgress, signal);
      take(found, deed);
      tellDone(found, deed, signal.aborted);
      tellRefused(found);
    } finally {
      setProgress(null);
    }
  }

  function take({ written }: Outcome, deed: Deed) {
    if (deed.kind === "delete") {
      const ids = new Set(written.map(({ before }) => before.id));
      removeFromLists(queries, name, ids);
      return;
    }
    for (const { before, after } of written) {
      if (after !== null) {
        replaceInLists(queries, name, before.id, (now) => ({
          ...now,
          ...after,
        }));
      }
    }
    // Some may have left the filter, or lead to another record now.
    void queries.invalidateQueries({ queryKey: listKey(name) });
  }

  function tellDone({ written }: Outcome, deed: Deed, stopped: boolean) {
    const count = written.length;
    if (count === 0) {
      return;
    }
    const text = say(
      deed.kind === "delete" ? "table.deleted" : "bulk.changed",
      { count },
    );
    const canUndo = deed.kind === "update" || collection.about.soft_delete;
    const step: Step = {
      text,
      back: async () => {
        const failed = await takeBack(client, name, deed, written);
        await queries.invalidateQueries({ queryKey: listKey(name) });
        if (failed > 0) {
          return say("bulk.partly", { count: failed });
        }
        return deed.kind === "delete" ? say("table.restored", { count }) : null;
      },
    };
    if (canUndo) {
      undo.push(step);
    }
    const id = notifications.show({
      autoClose: UNDO_MS,
      message: (
        <>
          {text}
          {stopped && `. ${say("bulk.stopped")}`}{" "}
          {canUndo && (
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={() => {
                notifications.hide(id);
                void undo.only(step);
              }}
            >
              {t("action.undo")}
            </Button>
          )}
        </>
      ),
    });
  }

  function tellRefused({ refused }: Outcome) {
    if (refused.length === 0) {
      return;
    }
    modals.open({
      title: say("bulk.failures", { count: refused.length }),
      children: (
        <ul>
          {refused.slice(0, REASONS_MAX).map(({ row, error }) => (
            <li key={row.id}>
              <Text size="sm">
                <bdi>{collection.labelOf(row)}</bdi>: {told(t, error).text}
              </Text>
            </li>
          ))}
          {refused.length > REASONS_MAX && (
            <li>
              <Text size="sm">
                {say("bulk.and", { count: refused.length - REASONS_MAX })}
              </Text>
            </li>
          )}
        </ul>
      ),
    });
  }

  return { progress, read, run, stop: () => stop.current.abort() };
}
