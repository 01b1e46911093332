import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { MainstayError } from "mainstay-client";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { PasswordField } from "../../ui/password-field.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { texts } from "./texts.ts";
import { useAccount } from "./use-account.ts";

/** What goes along with an act that changes how somebody signs in. */
export interface Proof {
  readonly current_password?: string;
}
type Act = (proof: Proof) => Promise<void>;

/** Does such an act, and asks for the password where the session is too old to do it without. */
export function useProof(): {
  readonly prove: (act: Act) => Promise<void>;
  readonly dialogue: ReactNode;
} {
  const [act, setAct] = useState<Act | null>(null);
  return {
    prove: async (wanted) => {
      try {
        await wanted({});
      } catch (error) {
        const isOld =
          error instanceof MainstayError &&
          error.code === "fresh_sign_in_required";
        if (!isOld) {
          throw error;
        }
        setAct(() => wanted);
      }
    },
    dialogue: act !== null && (
      <ProofDialogue act={act} onClose={() => setAct(null)} />
    ),
  };
}

function ProofDialogue(props: {
  readonly act: Act;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const account = useAccount();
  const [password, setPassword] = useState("");
  const submit = useSubmit();
  return (
    <Modal opened onClose={props.onClose} title={say("proof.title")}>
      {account.data?.has_password === false ? (
        <SignInAgain />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            // A dialogue stands in the page of what it was opened from, whose form this is not.
            event.stopPropagation();
            void submit.run(async () => {
              await props.act({ current_password: password });
              props.onClose();
            });
          }}
        >
          <Stack gap="sm">
            <Text size="sm">{say("proof.text")}</Text>
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
              <Button variant="default" onClick={props.onClose}>
                {t("action.cancel")}
              </Button>
              <Button type="submit" loading={submit.busy}>
                {say("proof.submit")}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

/** For somebody without a password. */
function SignInAgain() {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const submit = useSubmit();
  return (
    <Stack gap="sm">
      <Text size="sm">{say("proof.noPassword")}</Text>
      <FormFailure error={submit.error} />
      <Button
        loading={submit.busy}
        onClick={() =>
          void submit.run(async () => {
            await client.auth.signOut();
            queries.clear();
            const to = "/account/security";
            await navigate({ to: "/sign-in", search: { to } });
          })
        }
      >
        {say("proof.again")}
      </Button>
    </Stack>
  );
}
