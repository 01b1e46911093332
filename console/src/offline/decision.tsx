import { Button, Group, Modal, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { NotFound } from "mainstay-client";

import { expandOf, readRow, updateRow } from "../api/records.ts";
import type { Values } from "../api/console-client.ts";
import type { Collection } from "../application/application.ts";
import type { Row } from "../application/row.ts";
import { useConsole } from "../console.tsx";
import { usePageTexts } from "../i18n/page-texts.ts";
import { ConflictDialogue } from "../pages/record/conflict-dialogue.tsx";
import { FormFailure } from "../ui/form-failure.tsx";
import { useSubmit } from "../ui/use-submit.ts";
import { offline } from "./offline.ts";
import type { Pending } from "./pending.ts";
import { texts } from "./texts.ts";

interface Props {
  readonly pending: Pending;
  readonly onDone: () => void;
}

/** What waited and what somebody else did meanwhile: the person decides. */
export function Decision({ pending, onDone }: Props) {
  const { application, client } = useConsole();
  const collection = application.collection(pending.collection);
  const found = useQuery({
    queryKey: ["decision", pending.key],
    gcTime: 0,
    enabled: collection !== undefined,
    queryFn: async ({ signal }): Promise<Row | null> => {
      if (collection === undefined) {
        return null;
      }
      const expand = expandOf(collection);
      const { name } = collection;
      try {
        return await readRow(client, name, pending.id, expand, signal);
      } catch (error) {
        if (error instanceof NotFound) {
          return null;
        }
        throw error;
      }
    },
  });
  if (collection === undefined || found.data === undefined) {
    return found.isError ? <FormFailure error={found.error} /> : null;
  }
  return (
    <Choice
      collection={collection}
      pending={pending}
      theirs={found.data}
      onDone={onDone}
    />
  );
}

function Choice(props: {
  readonly collection: Collection;
  readonly pending: Pending;
  readonly theirs: Row | null;
  readonly onDone: () => void;
}) {
  const { collection, pending, theirs, onDone } = props;
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const submit = useSubmit();

  async function settle() {
    await offline.drop(pending);
    onDone();
  }

  async function save(row: Row, values: Values) {
    if (Object.keys(values).length > 0) {
      await updateRow(client, collection.name, row, values);
    }
    await settle();
  }

  async function remove(id: string) {
    await client.records(collection.name).delete(id);
    await settle();
  }

  if (theirs !== null && pending.op === "update") {
    return (
      <>
        <ConflictDialogue
          collection={collection}
          fields={collection.writable.filter(
            ({ name }) => name in pending.values,
          )}
          mine={pending.values}
          theirs={theirs}
          onSave={(values) => void submit.run(() => save(theirs, values))}
          onDiscard={() => void submit.run(settle)}
        />
        <FormFailure error={submit.error} />
      </>
    );
  }
  return (
    <Modal
      opened
      onClose={onDone}
      title={theirs === null ? say("gone") : say("conflict")}
    >
      <Text fw={600}>{theirs !== null && collection.labelOf(theirs)}</Text>
      <FormFailure error={submit.error} />
      <Group mt="md">
        {theirs !== null && (
          <Button
            color="red"
            loading={submit.busy}
            onClick={() => void submit.run(() => remove(theirs.id))}
          >
            {say("deleteAll")}
          </Button>
        )}
        <Button
          variant="default"
          loading={submit.busy}
          onClick={() => void submit.run(settle)}
        >
          {say(theirs === null ? "discard" : "keep")}
        </Button>
      </Group>
    </Modal>
  );
}
