import { Button, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { told } from "../../api/failure.ts";
import type { Collection } from "../../application/application.ts";
import { mayEver, useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { useSubmit } from "../../ui/use-submit.ts";
import { listKey, removeFromLists, type List } from "./list.ts";
import styles from "./records.module.css";
import { texts } from "./texts.ts";

interface Props {
  readonly collection: Collection;
  readonly list: List;
  readonly selected: ReadonlySet<string>;
  readonly onClear: () => void;
}

/** What became of each of many records. */
interface Outcome {
  readonly done: readonly string[];
  readonly failed: number;
  readonly reason: unknown;
}

/** Acts on the records that are selected. */
export function SelectionBar({ collection, selected, onClear }: Props) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const here = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const { name } = collection;
  const soft = collection.about.soft_delete;
  const records = here.client.records(name);
  if (selected.size === 0) {
    return null;
  }
  const count = selected.size;

  async function undo(ids: readonly string[]) {
    const { done } = await each(ids, (id) => records.restore(id));
    await queries.invalidateQueries({ queryKey: listKey(name) });
    notifications.show({
      message: say("table.restored", { count: done.length }),
    });
  }

  async function remove() {
    const { done, failed, reason } = await each([...selected], (id) =>
      records.delete(id),
    );
    removeFromLists(queries, name, new Set(done));
    onClear();
    if (done.length > 0) {
      const message = say("table.deleted", { count: done.length });
      const id = notifications.show({
        message: soft ? (
          <>
            {message}{" "}
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={() => {
                notifications.hide(id);
                void undo(done);
              }}
            >
              {t("action.undo")}
            </Button>
          </>
        ) : (
          message
        ),
        autoClose: 10_000,
      });
    }
    if (failed > 0) {
      notifications.show({
        color: "red",
        message: say("table.failed", {
          count: failed,
          reason: told(t, reason).text,
        }),
      });
    }
  }

  function ask() {
    modals.openConfirmModal({
      title: say("table.deleteTitle", { count }),
      children: (
        <Text size="sm">
          {soft ? say("table.deleteSoft") : say("table.deleteHard")}
        </Text>
      ),
      labels: { confirm: t("action.delete"), cancel: t("action.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => void submit.run(remove),
    });
  }

  return (
    <div className={styles["selection"]} role="region" aria-live="polite">
      <Text size="sm" fw={600}>
        {say("table.selected", { count })}
      </Text>
      {mayEver(here, name, "delete") && (
        <Button size="xs" variant="default" loading={submit.busy} onClick={ask}>
          {say("table.deleteSelected")}
        </Button>
      )}
      <Button size="xs" variant="subtle" onClick={onClear}>
        {say("table.clearSelection")}
      </Button>
    </div>
  );
}

/** Does the same with each, whatever becomes of the others. */
async function each(
  ids: readonly string[],
  act: (id: string) => Promise<unknown>,
): Promise<Outcome> {
  const outcomes = await Promise.allSettled(ids.map(act));
  const done = ids.filter((_, at) => outcomes[at]?.status === "fulfilled");
  const refused = outcomes.find((one) => one.status === "rejected");
  return {
    done,
    failed: ids.length - done.length,
    reason: refused?.status === "rejected" ? refused.reason : null,
  };
}
