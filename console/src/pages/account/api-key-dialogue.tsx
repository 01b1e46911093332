import {
  Button,
  Checkbox,
  Group,
  Modal,
  Radio,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { fieldFailures, Sentence } from "../../api/failure.ts";
import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import styles from "./account.module.css";
import {
  ACCESSES,
  ACTIONS,
  endAfter,
  networksOf,
  scopesOf,
  type Access,
} from "./scopes.ts";
import { texts } from "./texts.ts";
import { makeApiKey, type MadeKey } from "./use-keys.ts";

const NEVER = "never";
const DAYS = [7, 30, 90];
const YEAR = 365;

/** Asks what a new key is for, and how much it may do. */
export function ApiKeyDialogue(props: {
  readonly onClose: () => void;
  readonly onMade: (key: MadeKey) => void;
}) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { client, person } = useConsole();
  const [name, setName] = useState("");
  const [access, setAccess] = useState<Access>("readAll");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [days, setDays] = useState("90");
  const [networks, setNetworks] = useState("");
  const submit = useSubmit();
  const refused = fieldFailures(submit.error);
  const accesses = ACCESSES.filter(
    (one) => one !== "admin" || person["administrator"] === true,
  );

  async function make() {
    const scopes = scopesOf(access, chosen);
    if (scopes.length === 0) {
      throw new Sentence(say("keys.someNeeded"));
    }
    const made = await makeApiKey(client, {
      name: name.trim(),
      scopes,
      networks: networksOf(networks),
      expires_at: endAfter(days === NEVER ? null : Number(days), new Date()),
    });
    props.onMade(made);
  }

  return (
    <Modal opened onClose={props.onClose} title={say("keys.add")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit.run(make);
        }}
      >
        <Stack gap="md">
          <TextInput
            label={say("keys.name")}
            description={say("keys.nameHint")}
            required
            data-autofocus
            error={refused.get("name")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Radio.Group
            label={say("keys.access")}
            value={access}
            onChange={(value) => setAccess(value as Access)}
          >
            <Stack gap="xs" mt="3xs">
              {accesses.map((one) => (
                <Radio key={one} value={one} label={say(`keys.${one}`)} />
              ))}
            </Stack>
          </Radio.Group>
          {access === "some" && <Scopes chosen={chosen} onChange={setChosen} />}
          <Select
            label={say("keys.ends")}
            allowDeselect={false}
            data={[
              ...DAYS.map((count) => ({
                value: String(count),
                label: say("keys.days", { count }),
              })),
              { value: String(YEAR), label: say("keys.year") },
              { value: NEVER, label: say("keys.never") },
            ]}
            value={days}
            onChange={(value) => setDays(value ?? NEVER)}
          />
          <Textarea
            label={say("keys.networks")}
            description={say("keys.networksHint")}
            autosize
            minRows={1}
            maxRows={5}
            spellCheck={false}
            error={refused.get("networks")}
            value={networks}
            onChange={(event) => setNetworks(event.currentTarget.value)}
          />
          {refused.size === 0 && <FormFailure error={submit.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={props.onClose}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" loading={submit.busy}>
              {say("keys.make")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** What may be done with each collection. */
function Scopes(props: {
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}) {
  const say = usePageTexts(texts);
  const { application } = useConsole();
  const toggle = (scope: string) => {
    const next = new Set(props.chosen);
    if (!next.delete(scope)) {
      next.add(scope);
    }
    props.onChange(next);
  };
  return (
    <div className={styles["scopes"]}>
      {application.declared.map(({ name, title }) => (
        <fieldset key={name} className={styles["scope"]}>
          <Text component="legend" size="sm" fw={550}>
            {title}
          </Text>
          <div className={styles["actions"]}>
            {ACTIONS.map((action) => {
              const scope = `${name}:${action}`;
              return (
                <Checkbox
                  key={action}
                  size="xs"
                  label={say(`keys.actions.${action}`)}
                  checked={props.chosen.has(scope)}
                  onChange={() => toggle(scope)}
                />
              );
            })}
          </div>
        </fieldset>
      ))}
    </div>
  );
}
