import { Modal } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import type { NewWebhook, Webhook } from "mainstay-client";
import { useState } from "react";

import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { SecretDialogue, type Secret } from "../parts/secret-dialogue.tsx";
import { WEBHOOKS } from "./queries.ts";
import { texts } from "./texts.ts";
import { WebhookForm } from "./webhook-form.tsx";

/** Makes a webhook, and shows its secret once. */
export function NewWebhookDialogue(props: {
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const [secret, setSecret] = useState<Secret | null>(null);

  async function make(values: NewWebhook) {
    const made = (await client.request("POST", "/webhooks", {
      body: values,
    })) as Webhook & { readonly secret: string };
    await queries.invalidateQueries({ queryKey: WEBHOOKS });
    props.onClose();
    setSecret({
      title: say("secretTitle", { name: made.url }),
      value: made.secret,
      text: say("secretText"),
    });
  }

  return (
    <>
      <Modal
        opened={props.opened}
        onClose={props.onClose}
        title={say("new")}
        size="lg"
      >
        <WebhookForm webhook={null} onSave={make} onCancel={props.onClose} />
      </Modal>
      <SecretDialogue secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}
