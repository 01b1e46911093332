import { Button, Group, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Forbidden, Unauthenticated } from "mainstay-client";
import { useState } from "react";

import type { Collection } from "../../../application/application.ts";
import type { Row } from "../../../application/row.ts";
import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Empty } from "../../../ui/empty.tsx";
import { FailureNote } from "../../../ui/failure-note.tsx";
import { Icon } from "../../../ui/icon.tsx";
import styles from "../record.module.css";
import { LinkForm } from "./link-form.tsx";
import { ShareForm } from "./share-form.tsx";
import { ShareItem } from "./share-item.tsx";
import { texts } from "./texts.ts";

export function sharesKey(collection: string, id: string) {
  return ["shares", collection, id] as const;
}

/** With whom a record is shared, by name and by link. */
export function Shares(props: {
  readonly collection: Collection;
  readonly row: Row;
}) {
  const { collection, row } = props;
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const [form, setForm] = useState<"person" | "link" | null>(null);
  const found = useQuery({
    queryKey: sharesKey(collection.name, row.id),
    queryFn: ({ signal }) =>
      client.shares.list(collection.name, row.id, { signal }),
  });
  if (found.isPending) {
    return (
      <Stack gap="md" role="status" aria-label={say("loading")}>
        <Skeleton height={36} />
        <Skeleton height={48} />
      </Stack>
    );
  }
  if (found.isError) {
    const isRefused =
      found.error instanceof Forbidden ||
      found.error instanceof Unauthenticated;
    return isRefused ? (
      <Empty title={say("notYours")} text={say("notYoursText")} />
    ) : (
      <FailureNote error={found.error} retry={() => void found.refetch()} />
    );
  }
  const about = { collection, row };
  const close = () => setForm(null);
  return (
    <section aria-labelledby="shares-title">
      <Group justify="space-between" gap="xs" mb="xs">
        <h2 id="shares-title" className={styles["heading"]}>
          {say("shares")}
        </h2>
        <Group gap="xs">
          <Button
            size="xs"
            variant={form === "person" ? "light" : "default"}
            aria-expanded={form === "person"}
            leftSection={<Icon name="people" size={14} />}
            onClick={() => setForm(form === "person" ? null : "person")}
          >
            {say("share")}
          </Button>
          <Button
            size="xs"
            variant={form === "link" ? "light" : "default"}
            aria-expanded={form === "link"}
            leftSection={<Icon name="link" size={14} />}
            onClick={() => setForm(form === "link" ? null : "link")}
          >
            {say("makeLink")}
          </Button>
        </Group>
      </Group>
      {form === "person" && <ShareForm {...about} onDone={close} />}
      {form === "link" && <LinkForm {...about} onDone={close} />}
      {found.data.length === 0 ? (
        form === null && <Empty title={say("none")} text={say("noneText")} />
      ) : (
        <ul className={styles["list"]}>
          {found.data.map((share) => (
            <ShareItem key={share.id} share={share} />
          ))}
        </ul>
      )}
    </section>
  );
}
