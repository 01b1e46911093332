import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { NewTotp, OwnSecondFactor } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { secondFactorQuery } from "../../api/second-factor.ts";
import { useConsole } from "../../console.tsx";
import { moment } from "../../fields/shown.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FailureNote } from "../../ui/failure-note.tsx";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { Part } from "./part.tsx";
import { useProof, type Proof } from "./proof.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { texts } from "./texts.ts";
import { TotpDialogue } from "./totp-dialogue.tsx";
import { FACTOR, SESSIONS } from "./use-account.ts";

/** From how few recovery codes on somebody is told to make new ones. */
const FEW = 3;

/** The authenticator, and the codes for the day on which it is gone. */
export function SecondFactorPart() {
  const say = usePageTexts(texts);
  const { client, application } = useConsole();
  const found = useQuery(secondFactorQuery(client, application));
  // What is shown once outlives the change of what the person has.
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  return (
    <Part title={say("factor.title")} text={say("factor.text")}>
      {found.isPending ? (
        <Skeleton height={60} />
      ) : found.isError ? (
        <FailureNote error={found.error} retry={() => void found.refetch()} />
      ) : found.data.own.totp === null ? (
        <NoAuthenticator onCodes={setCodes} />
      ) : (
        <Authenticator
          own={found.data.own}
          since={found.data.own.totp.since}
          onCodes={setCodes}
        />
      )}
      {codes !== null && (
        <RecoveryCodes codes={codes} onKept={() => setCodes(null)} />
      )}
    </Part>
  );
}

type OnCodes = (codes: readonly string[]) => void;

function NoAuthenticator({ onCodes }: { readonly onCodes: OnCodes }) {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const { prove, dialogue } = useProof();
  const [begun, setBegun] = useState<NewTotp | null>(null);
  return (
    <Stack gap="sm" align="start">
      <Text size="sm">{say("factor.none")}</Text>
      <FormFailure error={submit.error} />
      <Button
        variant="default"
        loading={submit.busy}
        onClick={() =>
          void submit.run(() =>
            prove(async (proof) =>
              setBegun(await client.auth.beginTotp(proof)),
            ),
          )
        }
      >
        {say("factor.setUp")}
      </Button>
      {dialogue}
      {begun !== null && (
        <TotpDialogue
          begun={begun}
          onClose={() => setBegun(null)}
          onConfirmed={(codes) => {
            setBegun(null);
            onCodes(codes);
            void queries.invalidateQueries({ queryKey: FACTOR });
            void queries.invalidateQueries({ queryKey: SESSIONS });
          }}
        />
      )}
    </Stack>
  );
}

function Authenticator(props: {
  readonly own: OwnSecondFactor;
  readonly since: string;
  readonly onCodes: OnCodes;
}) {
  const { t, i18n } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const { prove, dialogue } = useProof();
  const left = props.own.recovery_codes_left;

  async function remove(proof: Proof) {
    await client.auth.removeTotp(proof);
    await queries.invalidateQueries({ queryKey: FACTOR });
    notifications.show({ message: say("factor.removed") });
  }

  async function renew(proof: Proof) {
    props.onCodes(await client.auth.makeRecoveryCodes(proof));
    await queries.invalidateQueries({ queryKey: FACTOR });
  }

  const ask = (what: "remove" | "renew") =>
    modals.openConfirmModal({
      title: say(`factor.${what}Title`),
      children: <Text size="sm">{say(`factor.${what}Text`)}</Text>,
      labels: { confirm: say(`factor.${what}`), cancel: t("action.cancel") },
      ...(what === "remove" && { confirmProps: { color: "red" } }),
      onConfirm: () =>
        void submit.run(() => prove(what === "remove" ? remove : renew)),
    });

  return (
    <Stack gap="sm" align="start">
      <div>
        <Text size="sm">
          {say("factor.since", { when: moment(i18n.language, props.since) })}
        </Text>
        <Text size="sm" c="dimmed">
          {say("factor.left", { count: left })}
          {left <= FEW && ` · ${say("factor.few")}`}
        </Text>
      </div>
      <FormFailure error={submit.error} />
      <Group gap="xs">
        <Button
          variant="default"
          loading={submit.busy}
          onClick={() => ask("renew")}
        >
          {say("factor.renew")}
        </Button>
        <Button
          variant="default"
          loading={submit.busy}
          onClick={() => ask("remove")}
        >
          {say("factor.remove")}
        </Button>
      </Group>
      {dialogue}
    </Stack>
  );
}
