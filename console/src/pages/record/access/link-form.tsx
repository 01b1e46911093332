import {
  Alert,
  Button,
  CopyButton,
  Group,
  Select,
  Stack,
  TextInput,
} from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ORIGIN } from "../../../api/console-client.ts";
import { fieldFailures } from "../../../api/failure.ts";
import type { Collection } from "../../../application/application.ts";
import type { Row } from "../../../application/row.ts";
import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { PasswordField } from "../../../ui/password-field.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import styles from "./access.module.css";
import { levelsOf, readEnd, readLevel } from "./levels.ts";
import { sharesKey } from "./shares.tsx";
import { texts } from "./texts.ts";

interface Props {
  readonly collection: Collection;
  readonly row: Row;
  readonly onDone: () => void;
}

/** Makes a link: whoever has it sees the record. */
export function LinkForm({ collection, row, onDone }: Props) {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const [level, setLevel] = useState<string | null>("read");
  const [ends, setEnds] = useState("");
  const [title, setTitle] = useState("");
  const [password, setPassword] = useState("");
  const [uses, setUses] = useState("");
  const [made, setMade] = useState<string | null>(null);
  const refused = fieldFailures(submit.error);

  async function save() {
    const share = await client.shares.create(collection.name, row.id, {
      level: readLevel(level),
      expires_at: readEnd(ends),
      title: title === "" ? null : title,
      password: password === "" ? null : password,
      uses_max: uses === "" ? null : Number(uses),
    });
    const queryKey = sharesKey(collection.name, row.id);
    await queries.invalidateQueries({ queryKey });
    // Behind the hash, so that no server and no log sees it.
    setMade(`${ORIGIN}/console/share#${share.token ?? ""}`);
  }

  if (made !== null) {
    return <MadeLink address={made} onDone={onDone} />;
  }
  return (
    <form
      noValidate
      aria-label={say("makeLink")}
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(save);
      }}
    >
      <Stack gap="sm" mb="md">
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
            description={say("endsHint")}
            inputWrapperOrder={ORDER}
            error={refused.get("expires_at")}
            value={ends}
            onChange={(event) => setEnds(event.currentTarget.value)}
          />
          <PasswordField
            label={say("password")}
            description={say("passwordHint")}
            inputWrapperOrder={ORDER}
            autoComplete="new-password"
            error={refused.get("password")}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <TextInput
            label={say("uses")}
            description={say("usesHint")}
            inputWrapperOrder={ORDER}
            inputMode="numeric"
            error={refused.get("uses_max")}
            value={uses}
            onChange={(event) =>
              setUses(event.currentTarget.value.replaceAll(/\D/g, ""))
            }
          />
        </div>
        <TextInput
          label={say("linkTitle")}
          description={say("linkTitleHint")}
          inputWrapperOrder={ORDER}
          error={refused.get("title")}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        {refused.size === 0 && <FormFailure error={submit.error} />}
        <Button type="submit" w="max-content" loading={submit.busy}>
          {say("makeLink")}
        </Button>
      </Stack>
    </form>
  );
}

/** Inputs beside each other stand on one line, whatever is said about them. */
const ORDER: ("label" | "input" | "description" | "error")[] = [
  "label",
  "input",
  "description",
  "error",
];

function MadeLink(props: {
  readonly address: string;
  readonly onDone: () => void;
}) {
  const say = usePageTexts(texts);
  return (
    <Alert title={say("linkMade")} color="green" mb="md" role="status">
      <Stack gap="xs">
        {say("linkOnce")}
        <TextInput
          aria-label={say("link")}
          readOnly
          value={props.address}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Group gap="xs">
          <CopyButton value={props.address}>
            {({ copied, copy }) => (
              <Button size="xs" onClick={copy}>
                <span role="status">
                  {copied ? say("copied") : say("copyLink")}
                </span>
              </Button>
            )}
          </CopyButton>
          <Button size="xs" variant="default" onClick={props.onDone}>
            {say("done")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
