import { Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Values } from "../../api/console-client.ts";
import type { Collection, Field } from "../../application/application.ts";
import { sameValue, type Row } from "../../application/row.ts";
import { useConsole } from "../../console.tsx";
import { shown, shownValue } from "../../fields/shown.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { texts } from "./texts.ts";

interface Props {
  readonly collection: Collection;
  /** Those that this person changed. */
  readonly fields: readonly Field[];
  readonly mine: Values;
  readonly theirs: Row;
  readonly onSave: (values: Values) => void;
  readonly onDiscard: () => void;
}

/** Somebody else saved first: each field that both changed is decided by the person. */
export function ConflictDialogue(props: Props) {
  const { collection, mine, theirs, onSave, onDiscard } = props;
  const { t, i18n } = useTranslation();
  const say = usePageTexts(texts);
  const { application } = useConsole();
  const showing = { application, language: i18n.language, t };
  const clashing = props.fields.filter(
    ({ name }) => !sameValue(mine[name], theirs[name]),
  );
  const [kept, setKept] = useState<Readonly<Record<string, string>>>({});

  function save() {
    onSave(
      Object.fromEntries(
        clashing
          .filter(({ name }) => (kept[name] ?? "mine") === "mine")
          .map(({ name }) => [name, mine[name] ?? null]),
      ),
    );
  }

  return (
    <Modal
      opened
      onClose={onDiscard}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={say("conflict.title")}
      size="lg"
    >
      <Stack gap="md">
        <Text fw={600} dir="auto">
          {collection.labelOf(theirs)}
        </Text>
        <Text size="sm">{say("conflict.text")}</Text>
        {clashing.map((field) => (
          <Radio.Group
            key={field.name}
            label={field.title}
            value={kept[field.name] ?? "mine"}
            onChange={(choice) =>
              setKept((now) => ({ ...now, [field.name]: choice }))
            }
          >
            <Stack gap="xs" mt="xs">
              <Radio
                value="mine"
                label={`${say("conflict.mine")}: ${shownValue(showing, field, mine[field.name]) || say("conflict.empty")}`}
              />
              <Radio
                value="theirs"
                label={`${say("conflict.theirs")}: ${shown(showing, field, theirs) || say("conflict.empty")}`}
              />
            </Stack>
          </Radio.Group>
        ))}
        <Group justify="space-between">
          <Button onClick={save}>{say("conflict.save")}</Button>
          <Button variant="subtle" color="red" onClick={onDiscard}>
            {say("conflict.discard")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
