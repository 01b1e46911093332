import { Button, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

import type { ListQuery } from "../../api/console-client.ts";
import type { Collection } from "../../application/application.ts";
import { mayEver, useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { useBulk } from "./bulk/use-bulk.tsx";
import type { List } from "./list.ts";
import styles from "./records.module.css";
import {
  allOf,
  isSelected,
  NOTHING,
  sizeOf,
  type Selection,
} from "./selection.ts";
import { texts } from "./texts.ts";

const BulkEdit = lazy(async () => ({
  default: (await import("./bulk/bulk-edit.tsx")).BulkEdit,
}));

interface Props {
  readonly collection: Collection;
  readonly list: List;
  readonly query: ListQuery;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
}

/** Acts on the records that are selected. */
export function SelectionBar(props: Props) {
  const { collection, list, query, selection, onSelect } = props;
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const here = useConsole();
  const submit = useSubmit();
  const bulk = useBulk(collection, query);
  const [isEditing, setEditing] = useState(false);
  const { name } = collection;
  const total = list.count ?? list.rows.length;
  const count = sizeOf(selection, total);
  if (count === 0) {
    return null;
  }
  const mayBeMore =
    !selection.all &&
    total > list.rows.length &&
    list.rows.every(({ id }) => isSelected(selection, id));

  const remove = () =>
    void submit.run(async () => {
      const rows = await bulk.read(selection, () => undefined);
      await bulk.run(rows, { kind: "delete" });
      onSelect(NOTHING);
    });

  function ask() {
    modals.openConfirmModal({
      title: say("table.deleteTitle", { count }),
      children: (
        <Text size="sm">
          {collection.about.soft_delete
            ? say("table.deleteSoft")
            : say("table.deleteHard")}
        </Text>
      ),
      labels: { confirm: t("action.delete"), cancel: t("action.cancel") },
      confirmProps: { color: "red" },
      onConfirm: remove,
    });
  }

  return (
    <div className={styles["selection"]} role="region" aria-live="polite">
      <Text size="sm" fw={600}>
        {say(selection.all ? "bulk.all" : "table.selected", { count })}
      </Text>
      {mayBeMore && (
        <Button
          size="xs"
          variant="subtle"
          onClick={() => onSelect(allOf(query.filter))}
        >
          {say("bulk.selectMatching", { count: total })}
        </Button>
      )}
      {mayEver(here, name, "update") && (
        <Button
          size="xs"
          variant="default"
          disabled={submit.busy}
          onClick={() => setEditing(true)}
        >
          {say("bulk.edit")}
        </Button>
      )}
      {mayEver(here, name, "delete") && (
        <Button size="xs" variant="default" loading={submit.busy} onClick={ask}>
          {say("table.deleteSelected")}
        </Button>
      )}
      {submit.busy && bulk.progress !== null ? (
        <>
          <Text size="sm">
            {say("bulk.working", { done: bulk.progress, count })}
          </Text>
          <Button size="xs" variant="subtle" onClick={bulk.stop}>
            {say("bulk.stop")}
          </Button>
        </>
      ) : (
        <Button size="xs" variant="subtle" onClick={() => onSelect(NOTHING)}>
          {say("table.clearSelection")}
        </Button>
      )}
      <FormFailure error={submit.error} />
      {isEditing && (
        <Suspense>
          <BulkEdit
            collection={collection}
            selection={selection}
            count={count}
            bulk={bulk}
            onClose={() => setEditing(false)}
          />
        </Suspense>
      )}
    </div>
  );
}
