import { Alert, Button, Drawer, Group, Stack, Tabs } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type { NewWebhook, Webhook, WebhookSecret } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../../console.tsx";
import { moment } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { Confirm, type Question } from "../parts/confirm.tsx";
import { RowMenu } from "../parts/row-menu.tsx";
import { SecretDialogue, type Secret } from "../parts/secret-dialogue.tsx";
import { Deliveries } from "./deliveries.tsx";
import { deliveriesOf, WEBHOOKS } from "./queries.ts";
import { texts } from "./texts.ts";
import { WebhookForm } from "./webhook-form.tsx";

/** One webhook: what was sent, what it is told, and what can be done with it. */
export function WebhookDrawer(props: {
  readonly webhook: Webhook;
  readonly onClose: () => void;
}) {
  const { webhook } = props;
  const { t, i18n } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const [secret, setSecret] = useState<Secret | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const path = `/webhooks/${webhook.id}`;
  const name = webhook.url;

  const reload = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: WEBHOOKS }),
      queries.invalidateQueries({ queryKey: [deliveriesOf(webhook.id)] }),
    ]);

  async function change(values: Partial<NewWebhook>) {
    await client.request("PATCH", path, { body: values });
    await reload();
    notifications.show({ message: say("saved") });
  }

  async function test() {
    await client.request("POST", `${path}/test`);
    await reload();
    notifications.show({ message: say("tested") });
  }

  async function rotate() {
    const made = (await client.request("POST", `${path}/rotate-secret`, {
      body: {},
    })) as WebhookSecret;
    const until = moment(i18n.language, made.previous_until);
    setSecret({
      title: say("secretTitle", { name }),
      value: made.secret,
      text: `${say("secretText")} ${say("secretUntil", { until })}`,
    });
  }

  async function remove() {
    await client.request("DELETE", path);
    props.onClose();
    await queries.invalidateQueries({ queryKey: WEBHOOKS });
    notifications.show({ message: say("removed", { name }) });
  }

  const ask = (
    act: "rotate" | "remove" | "switchOff",
    run: () => Promise<void>,
  ) => ({
    label: say(act),
    isDangerous: act !== "rotate",
    run: () =>
      setQuestion({
        title: say(`${act}Title`, { name }),
        text: say(`${act}Text`),
        act: say(act),
        isDangerous: act !== "rotate",
        run,
      }),
  });
  return (
    <Drawer
      opened
      onClose={props.onClose}
      position="right"
      size="40rem"
      title={name}
      closeButtonProps={{ "aria-label": t("action.close") }}
      overlayProps={{ backgroundOpacity: 0.25 }}
    >
      <Stack gap="md">
        <Trouble webhook={webhook} />
        <Group justify="space-between">
          <Group gap="xs">
            <Button
              variant="default"
              loading={submit.busy}
              onClick={() => void submit.run(test)}
            >
              {say("test")}
            </Button>
            {!webhook.enabled && (
              <Button
                loading={submit.busy}
                onClick={() => void submit.run(() => change({ enabled: true }))}
              >
                {say("switchOn")}
              </Button>
            )}
          </Group>
          <RowMenu
            name={name}
            acts={[
              ask("rotate", rotate),
              ...(webhook.enabled
                ? [ask("switchOff", () => change({ enabled: false }))]
                : []),
              ask("remove", remove),
            ]}
          />
        </Group>
        <FormFailure error={submit.error} />
        <Tabs defaultValue="deliveries" keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="deliveries">{say("tabs.deliveries")}</Tabs.Tab>
            <Tabs.Tab value="settings">{say("tabs.settings")}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="deliveries" pt="md">
            <Deliveries webhook={webhook.id} />
          </Tabs.Panel>
          <Tabs.Panel value="settings" pt="md">
            <WebhookForm webhook={webhook} onSave={change} onCancel={null} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
      <SecretDialogue secret={secret} onClose={() => setSecret(null)} />
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </Drawer>
  );
}

/** Why nothing arrives, if that is so. */
function Trouble({ webhook }: { readonly webhook: Webhook }) {
  const say = usePageTexts(texts);
  const { i18n } = useTranslation();
  if (!webhook.enabled) {
    const reason = webhook.disabled_reason;
    return (
      <Alert color={reason === null ? "gray" : "red"} p="sm">
        {reason === null ? say("offByHand") : say("offBecause", { reason })}
      </Alert>
    );
  }
  return webhook.failing_since === null ? null : (
    <Alert color="red" p="sm">
      {say("failingSince", {
        when: moment(i18n.language, webhook.failing_since),
      })}
    </Alert>
  );
}
