import { Drawer, Skeleton, Stack, Tabs } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { expandOf, readRow } from "../../api/records.ts";
import type { Collection } from "../../application/application.ts";
import type { Row } from "../../application/row.ts";
import { useConsole } from "../../console.tsx";
import { FailureNote } from "../../ui/failure-note.tsx";
import { History } from "./history.tsx";
import { JsonView } from "./json-view.tsx";
import { RecordForm } from "./record-form.tsx";

interface Props {
  readonly collection: Collection;
  /** Null for a record that is about to be made. */
  readonly id: string | null;
  readonly onClose: () => void;
}

/** One record beside the list it stands in. */
export function RecordDrawer({ collection, id, onClose }: Props) {
  const { t } = useTranslation();
  const { client } = useConsole();
  const [isDirty, setDirty] = useState(false);
  const { name } = collection;
  const found = useQuery({
    queryKey: ["record", name, id],
    enabled: id !== null,
    queryFn: ({ signal }): Promise<Row> =>
      readRow(client, name, id ?? "", expandOf(collection), signal),
  });
  const row = id === null ? null : (found.data ?? null);
  const title =
    id === null
      ? t("record.new", { title: collection.title })
      : row === null
        ? collection.title
        : collection.labelOf(row);

  function close() {
    if (!isDirty) {
      onClose();
      return;
    }
    modals.openConfirmModal({
      title: t("record.unsaved"),
      children: t("record.unsavedText"),
      labels: { confirm: t("record.leave"), cancel: t("record.stay") },
      confirmProps: { color: "red" },
      onConfirm: onClose,
    });
  }

  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size="36rem"
      title={title}
      closeButtonProps={{ "aria-label": t("action.close") }}
      overlayProps={{ backgroundOpacity: 0.25 }}
    >
      {id !== null && found.isPending ? (
        <FormSkeleton fields={collection.writable.length} />
      ) : found.isError ? (
        <FailureNote error={found.error} retry={() => void found.refetch()} />
      ) : row === null ? (
        <RecordForm
          collection={collection}
          row={null}
          onDirty={setDirty}
          onDone={onClose}
        />
      ) : (
        <Tabs defaultValue="details" keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="details">{t("record.details")}</Tabs.Tab>
            <Tabs.Tab value="history">{t("record.history")}</Tabs.Tab>
            <Tabs.Tab value="json">{t("record.json")}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="details" pt="md">
            <RecordForm
              collection={collection}
              row={row}
              onDirty={setDirty}
              onDone={onClose}
            />
          </Tabs.Panel>
          <Tabs.Panel value="history" pt="md">
            <History collection={collection} row={row} />
          </Tabs.Panel>
          <Tabs.Panel value="json" pt="md">
            <JsonView collection={collection} row={row} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Drawer>
  );
}

function FormSkeleton({ fields }: { readonly fields: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap="lg" role="status" aria-label={t("record.loading")}>
      {[...Array(fields).keys()].map((field) => (
        <Stack key={field} gap="xs">
          <Skeleton height={14} width="30%" />
          <Skeleton height={36} />
        </Stack>
      ))}
    </Stack>
  );
}
