import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type { WebhookAttempt, WebhookDelivery } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../../console.tsx";
import { moment } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Empty } from "../../../ui/empty.tsx";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { Loaded } from "../parts/loaded.tsx";
import { MorePages } from "../parts/more-pages.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { usePages } from "../parts/use-pages.ts";
import { deliveriesOf } from "./queries.ts";
import { texts } from "./texts.ts";
import styles from "./webhooks.module.css";

const STATES = ["pending", "delivered", "failed"] as const;
const TONES = { pending: "plain", delivered: "good", failed: "bad" } as const;
/** How often it is looked whether what waits has arrived, in milliseconds. */
const LOOK_EVERY = 2000;

/** What was sent to a webhook, the newest first. */
export function Deliveries({ webhook }: { readonly webhook: string }) {
  const say = usePageTexts(texts);
  const [state, setState] = useState("");
  const found = usePages<WebhookDelivery>(
    deliveriesOf(webhook),
    { state },
    (items) => (items.some((one) => one.state === "pending") ? LOOK_EVERY : 0),
  );
  return (
    <Stack gap="md">
      <Select
        label={say("deliveries.show")}
        allowDeselect={false}
        w="12rem"
        data={[
          { value: "", label: say("deliveries.all") },
          ...STATES.map((one) => ({
            value: one,
            label: say(`deliveries.${one}`),
          })),
        ]}
        value={state}
        onChange={(next) => setState(next ?? "")}
      />
      <Loaded found={found}>
        {() =>
          found.items.length === 0 ? (
            <Empty
              title={say(
                state === "" ? "deliveries.none" : "deliveries.noneOf",
              )}
              text={say(
                state === "" ? "deliveries.noneText" : "deliveries.noneOfText",
              )}
            />
          ) : (
            <ul className={styles["deliveries"]}>
              {found.items.map((one) => (
                <Delivery key={one.id} webhook={webhook} delivery={one} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <MorePages found={found} />
    </Stack>
  );
}

function Delivery(props: {
  readonly webhook: string;
  readonly delivery: WebhookDelivery;
}) {
  const { delivery, webhook } = props;
  const say = usePageTexts(texts);
  const { i18n } = useTranslation();
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const path = deliveriesOf(webhook);

  async function resend() {
    await client.request("POST", `${path}/${delivery.id}/resend`);
    await queries.invalidateQueries({ queryKey: [path] });
    notifications.show({ message: say("deliveries.resent") });
  }

  const when = (time: string) => moment(i18n.language, time);
  return (
    <li className={styles["delivery"]}>
      <Group justify="space-between" wrap="nowrap" align="start">
        <div>
          <Group gap="xs">
            <Text fw={550} size="sm">
              {delivery.type}
            </Text>
            <StateBadge tone={TONES[delivery.state]}>
              {say(`deliveries.${delivery.state}`)}
            </StateBadge>
          </Group>
          <Text size="sm" c="dimmed">
            {when(delivery.created_at)}
            {delivery.seq !== null &&
              ` · ${say("deliveries.entry", { seq: delivery.seq })}`}
          </Text>
        </div>
        {delivery.state !== "pending" && (
          <Button
            variant="default"
            size="xs"
            loading={submit.busy}
            onClick={() => void submit.run(resend)}
          >
            {say("deliveries.resend")}
          </Button>
        )}
      </Group>
      {delivery.next_attempt_at !== null && delivery.attempts_made > 0 && (
        <Text size="sm">
          {say("deliveries.next", { when: when(delivery.next_attempt_at) })}
        </Text>
      )}
      <FormFailure error={submit.error} />
      {delivery.attempts.length > 0 && (
        <details open={delivery.state === "failed"}>
          <summary>
            {say("deliveries.attempts", { count: delivery.attempts_made })}
          </summary>
          <ol
            className={styles["attempts"]}
            aria-label={say("deliveries.details")}
          >
            {delivery.attempts.map((attempt) => (
              <Attempt key={attempt.at} attempt={attempt} />
            ))}
          </ol>
        </details>
      )}
    </li>
  );
}

function Attempt({ attempt }: { readonly attempt: WebhookAttempt }) {
  const say = usePageTexts(texts);
  const { i18n } = useTranslation();
  return (
    <li>
      <b>{attempt.status ?? say("deliveries.noAnswer")}</b>{" "}
      {moment(i18n.language, attempt.at)} ·{" "}
      {say("deliveries.took", { count: attempt.duration_ms })}
      {attempt.error !== null && <div>{attempt.error}</div>}
      {attempt.answer !== null && attempt.answer !== "" && (
        <pre
          className={styles["answer"]}
          tabIndex={0}
          role="region"
          aria-label={say("deliveries.answer")}
        >
          {attempt.answer}
        </pre>
      )}
    </li>
  );
}
