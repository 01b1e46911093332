import { Button, Stack, TextInput } from "@mantine/core";
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
import { texts } from "./texts.ts";
import { versionsKey } from "./versions.tsx";

/** Keeps the record and what belongs to it as they are now, under a name. */
export function SaveVersion(props: {
  readonly collection: Collection;
  readonly row: Row;
}) {
  const { collection, row } = props;
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const refused = fieldFailures(submit.error);

  async function save() {
    const path = `/records/${collection.name}/${row.id}/versions`;
    await client.request("POST", path, { body: { name, description } });
    const queryKey = versionsKey(collection.name, row.id);
    await queries.invalidateQueries({ queryKey });
    notifications.show({ message: say("saved", { name }) });
    setName("");
    setDescription("");
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(save);
      }}
    >
      <Stack gap="xs" align="start">
        <TextInput
          label={say("name")}
          w="100%"
          required
          maxLength={100}
          error={refused.get("name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={say("description")}
          w="100%"
          error={refused.get("description")}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        {refused.size === 0 && <FormFailure error={submit.error} />}
        <Button
          type="submit"
          loading={submit.busy}
          disabled={name.trim() === ""}
        >
          {say("save")}
        </Button>
      </Stack>
    </form>
  );
}
