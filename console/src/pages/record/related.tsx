import { Button, Group, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Filter, filter } from "mainstay-client";

import { expandOf, listRows } from "../../api/records.ts";
import type { Collection, Field } from "../../application/application.ts";
import type { Row } from "../../application/row.ts";
import { mayEver, useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FailureNote } from "../../ui/failure-note.tsx";
import { Icon } from "../../ui/icon.tsx";
import { RecordForm } from "./record-form.tsx";
import { RecordLink } from "./record-link.tsx";
import { relatedOf } from "./record-tabs.tsx";
import styles from "./record.module.css";
import { texts } from "./texts.ts";

/** Records shown of each; the list has all of them. */
const SHOWN = 10;

/** The records that point to one, by the relation with which they do. */
export function Related(props: {
  readonly collection: Collection;
  readonly row: Row;
}) {
  const here = useConsole();
  const { application } = here;
  const shown = relatedOf(application, props.collection).filter(({ from }) =>
    mayEver(here, from.name, "list"),
  );
  return (
    <Stack gap="lg">
      {shown.map(({ back, from, field }) => (
        <Back
          key={`${back.collection}.${back.name}`}
          from={from}
          field={field}
          row={props.row}
          isOnly={
            shown.filter((other) => other.from.name === from.name).length === 1
          }
        />
      ))}
    </Stack>
  );
}

function Back(props: {
  readonly from: Collection;
  readonly field: Field;
  readonly row: Row;
  /** Does the collection point here in one way alone? Then the way need not be named. */
  readonly isOnly: boolean;
}) {
  const { from, field, row } = props;
  const say = usePageTexts(texts);
  const here = useConsole();
  const queries = useQueryClient();
  const [isOpen, form] = useDisclosure(false);
  const condition = conditionOf(field, row.id);
  const key = ["list", from.name, "related", field.name, row.id];
  const found = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      listRows(
        here.client,
        from.name,
        { filter: condition, sort: [], expand: expandOf(from) },
        { cursor: null, limit: SHOWN, signal },
      ),
  });
  const title = props.isOnly ? from.title : `${from.title}: ${field.title}`;
  const count = found.data?.count ?? 0;
  return (
    <section aria-label={title}>
      <Group justify="space-between" gap="xs" mb="3xs">
        <h2 className={styles["heading"]}>
          {title}{" "}
          {found.data !== undefined && (
            <span className={styles["quiet"]}>{count}</span>
          )}
        </h2>
        {mayEver(here, from.name, "create") && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Icon name="plus" size={14} />}
            aria-label={say("related.newIn", { title })}
            onClick={form.open}
          >
            {say("related.new")}
          </Button>
        )}
      </Group>
      {found.isPending ? (
        <Stack gap="xs">
          <Skeleton height={20} />
          <Skeleton height={20} />
        </Stack>
      ) : found.isError ? (
        <FailureNote error={found.error} retry={() => void found.refetch()} />
      ) : found.data.items.length === 0 ? (
        <Text size="sm" c="dimmed">
          {say("related.none")}
        </Text>
      ) : (
        <ul className={styles["list"]}>
          {found.data.items.map((one) => (
            <li key={one.id} className={styles["item"]} dir="auto">
              <RecordLink
                collection={from.name}
                id={one.id}
                className={styles["link"]}
              >
                {from.labelOf(one)}
              </RecordLink>
            </li>
          ))}
        </ul>
      )}
      {count > SHOWN && here.link === undefined && (
        <Link
          to="/collections/$collection"
          params={{ collection: from.name }}
          search={{ filter: condition }}
          className={styles["link"] ?? ""}
        >
          {say("related.all", { count })}
        </Link>
      )}
      <Modal
        opened={isOpen}
        onClose={form.close}
        title={say("new", { title: from.title })}
        size="lg"
      >
        <RecordForm
          collection={from}
          row={null}
          initial={{ [field.name]: field.many === true ? [row.id] : row.id }}
          onDirty={() => undefined}
          onDone={() => {
            form.close();
            void queries.invalidateQueries({ queryKey: key });
          }}
        />
      </Modal>
    </section>
  );
}

function conditionOf(field: Field, id: string): string {
  const at = Filter.fromText(field.name);
  return field.many === true
    ? filter`${at}.exists(one, one.id == ${id})`.text
    : filter`${at} == ${id}`.text;
}
