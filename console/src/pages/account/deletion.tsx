import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { PasswordField } from "../../ui/password-field.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { Part } from "./part.tsx";
import { texts } from "./texts.ts";
import { useAccount } from "./use-account.ts";

/** The end of the account, behind the password. */
export function DeletionPart() {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const account = useAccount();
  const { client } = useConsole();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [isOpen, dialogue] = useDisclosure(false);
  const [password, setPassword] = useState("");
  const submit = useSubmit();

  async function remove() {
    await client.account.delete(password);
    queries.clear();
    await navigate({ to: "/sign-in" });
  }

  return (
    <Part title={say("deletion.title")} text={say("deletion.text")}>
      {account.data?.has_password === false ? (
        <Text size="sm">{say("deletion.needsPassword")}</Text>
      ) : (
        <div>
          <Button variant="default" onClick={dialogue.open}>
            {say("deletion.open")}
          </Button>
        </div>
      )}
      <Modal
        opened={isOpen}
        onClose={dialogue.close}
        title={say("deletion.dialogue")}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit.run(remove);
          }}
        >
          <Stack gap="sm">
            <Text size="sm">{say("deletion.text")}</Text>
            <PasswordField
              label={say("password.current")}
              autoComplete="current-password"
              required
              data-autofocus
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            <FormFailure error={submit.error} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={dialogue.close}>
                {t("action.cancel")}
              </Button>
              <Button type="submit" color="red" loading={submit.busy}>
                {say("deletion.confirm")}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </Part>
  );
}
