import { Button, Drawer, Group, Skeleton, Stack } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { expandOf, readRow } from "../../api/records.ts";
import type { Collection } from "../../application/application.ts";
import type { Row } from "../../application/row.ts";
import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FailureNote } from "../../ui/failure-note.tsx";
import { Icon } from "../../ui/icon.tsx";
import { FollowButton } from "./follow.tsx";
import { RecordForm } from "./record-form.tsx";
import { RecordTabs, type Tab } from "./record-tabs.tsx";
import { texts } from "./texts.ts";

interface Props {
  readonly collection: Collection;
  /** Null for a record that is about to be made. */
  readonly id: string | null;
  readonly onClose: () => void;
}

/** One record beside the list it stands in. */
export function RecordDrawer({ collection, id, onClose }: Props) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const isDirty = useRef(false);
  const [tab, setTab] = useState<Tab>("details");
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
      ? say("new", { title: collection.title })
      : row === null
        ? collection.title
        : collection.labelOf(row);
  const setDirty = (now: boolean) => {
    isDirty.current = now;
  };

  function close() {
    if (!isDirty.current) {
      onClose();
      return;
    }
    modals.openConfirmModal({
      title: say("unsaved"),
      children: say("unsavedText"),
      labels: { confirm: say("leave"), cancel: say("stay") },
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
        <Stack gap="xs">
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              leftSection={<Icon name="expand" size={14} />}
              component={Link}
              to="/collections/$collection/$id"
              params={{ collection: name, id: row.id } as never}
              search={(tab === "details" ? {} : { tab }) as never}
            >
              {say("openAsPage")}
            </Button>
            <FollowButton collection={name} id={row.id} />
          </Group>
          <RecordTabs
            collection={collection}
            row={row}
            tab={tab}
            onTab={setTab}
            onDirty={setDirty}
            onDone={onClose}
          />
        </Stack>
      )}
    </Drawer>
  );
}

function FormSkeleton({ fields }: { readonly fields: number }) {
  const say = usePageTexts(texts);
  return (
    <Stack gap="lg" role="status" aria-label={say("loading")}>
      {[...Array(fields).keys()].map((field) => (
        <Stack key={field} gap="xs">
          <Skeleton height={14} width="30%" />
          <Skeleton height={36} />
        </Stack>
      ))}
    </Stack>
  );
}
