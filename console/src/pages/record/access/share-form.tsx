import { Button, Select, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { fieldFailures } from "../../../api/failure.ts";
import type { Collection } from "../../../application/application.ts";
import type { Row } from "../../../application/row.ts";
import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import styles from "./access.module.css";
import { levelsOf, readEnd, readLevel } from "./levels.ts";
import { PersonPicker, type Picked } from "./person-picker.tsx";
import { sharesKey } from "./shares.tsx";
import { texts } from "./texts.ts";

/** Shares a record with somebody. */
export function ShareForm(props: {
  readonly collection: Collection;
  readonly row: Row;
  readonly onDone: () => void;
}) {
  const { collection, row, onDone } = props;
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const [picked, setPicked] = useState<Picked | null>(null);
  const [isChecked, setChecked] = useState(false);
  const [level, setLevel] = useState<string | null>("read");
  const [ends, setEnds] = useState("");
  const refused = fieldFailures(submit.error);
  const missing = isChecked && picked === null ? say("personMissing") : null;

  async function save() {
    setChecked(true);
    if (picked === null) {
      return;
    }
    const whom =
      "user" in picked ? { user: picked.user } : { email: picked.email };
    await client.shares.create(collection.name, row.id, {
      ...whom,
      level: readLevel(level),
      expires_at: readEnd(ends),
    });
    const queryKey = sharesKey(collection.name, row.id);
    await queries.invalidateQueries({ queryKey });
    notifications.show({ message: say("shared", { name: picked.name }) });
    onDone();
  }

  return (
    <form
      noValidate
      aria-label={say("share")}
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(save);
      }}
    >
      <Stack gap="sm" mb="md">
        <PersonPicker
          picked={picked}
          onPick={setPicked}
          withAddress
          fault={missing ?? refused.get("user") ?? refused.get("email") ?? null}
        />
        <div className={styles["pair"]}>
          <Select
            label={say("level")}
            allowDeselect={false}
            data={levelsOf(say)}
            value={level}
            onChange={setLevel}
          />
          <TextInput
            type="datetime-local"
            label={say("ends")}
            error={refused.get("expires_at")}
            value={ends}
            onChange={(event) => setEnds(event.currentTarget.value)}
          />
        </div>
        {refused.size === 0 && <FormFailure error={submit.error} />}
        <Button type="submit" w="max-content" loading={submit.busy}>
          {say("share")}
        </Button>
      </Stack>
    </form>
  );
}
