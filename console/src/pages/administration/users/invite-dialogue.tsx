import {
  Button,
  Checkbox,
  Group,
  Modal,
  Radio,
  Stack,
  TextInput,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { fieldFailures } from "../../../api/failure.ts";
import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { SecretDialogue } from "../parts/secret-dialogue.tsx";
import { INVITATIONS } from "./queries.ts";
import { texts } from "./texts.ts";
import { useLinkSecret } from "./use-link-secret.ts";

/** Invites somebody, by a link to pass on or by mail. */
export function InviteDialogue(props: {
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const link = useLinkSecret();
  const [email, setEmail] = useState("");
  const [by, setBy] = useState<"link" | "mail">("link");
  const [isAdministrator, setAdministrator] = useState(false);

  function close() {
    submit.clear();
    setEmail("");
    setAdministrator(false);
    props.onClose();
  }

  async function invite() {
    const made = await client.invitations.create({
      email: email.trim(),
      by,
      fields: isAdministrator ? { administrator: true } : {},
    });
    await queries.invalidateQueries({ queryKey: INVITATIONS });
    close();
    if (made.link === undefined) {
      notifications.show({ message: say("done.invited", { name: email }) });
    } else {
      link.show(made, made.link);
    }
  }

  const faults = fieldFailures(submit.error);
  return (
    <>
      <Modal opened={props.opened} onClose={close} title={say("inviteTitle")}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit.run(invite);
          }}
        >
          <Stack gap="md">
            <TextInput
              type="email"
              label={say("email")}
              required
              data-autofocus
              autoComplete="off"
              value={email}
              error={faults.get("email")}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <Radio.Group
              label={say("inviteBy")}
              value={by}
              onChange={(chosen) => setBy(chosen === "mail" ? "mail" : "link")}
            >
              <Stack gap="xs" mt="xs">
                <Radio
                  value="link"
                  label={say("byLink")}
                  description={say("byLinkText")}
                />
                <Radio
                  value="mail"
                  label={say("byMail")}
                  description={say("byMailText")}
                />
              </Stack>
            </Radio.Group>
            <Checkbox
              label={say("asAdministrator")}
              description={say("asAdministratorText")}
              checked={isAdministrator}
              onChange={(event) =>
                setAdministrator(event.currentTarget.checked)
              }
            />
            {!faults.has("email") && <FormFailure error={submit.error} />}
            <Group justify="end">
              <Button variant="default" onClick={close}>
                {t("action.cancel")}
              </Button>
              <Button type="submit" loading={submit.busy}>
                {say("inviteSubmit")}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
      <SecretDialogue secret={link.secret} onClose={link.clear} />
    </>
  );
}
