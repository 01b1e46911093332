import {
  Button,
  Code,
  Group,
  Modal,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import type { NewTotp } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import styles from "./account.module.css";
import { QrCode } from "./qr-code.tsx";
import { texts } from "./texts.ts";

/** Leads a secret into an authenticator, and takes its first code. */
export function TotpDialogue(props: {
  readonly begun: NewTotp;
  readonly onClose: () => void;
  readonly onConfirmed: (codes: readonly string[]) => void;
}) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const [code, setCode] = useState("");
  const submit = useSubmit();
  return (
    <Modal
      opened
      onClose={props.onClose}
      closeOnClickOutside={false}
      title={say("factor.setUp")}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit.run(async () =>
            props.onConfirmed(await client.auth.confirmTotp(code)),
          );
        }}
      >
        <Stack gap="sm">
          <Text size="sm">{say("factor.scan")}</Text>
          <QrCode text={props.begun.uri} title={say("factor.picture")} />
          <div>
            <Text size="sm">{say("factor.type")}</Text>
            <Code block className={styles["secret"] ?? ""}>
              {inFours(props.begun.secret)}
            </Code>
          </div>
          <TextInput
            label={say("factor.code")}
            autoComplete="one-time-code"
            inputMode="numeric"
            required
            data-autofocus
            value={code}
            onChange={(event) =>
              setCode(event.currentTarget.value.replaceAll(/\s/g, ""))
            }
          />
          <FormFailure error={submit.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={props.onClose}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" loading={submit.busy}>
              {say("factor.confirm")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Easier to type: authenticators leave spaces out. */
function inFours(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(" ") ?? secret;
}
