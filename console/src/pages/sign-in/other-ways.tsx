import { Button, Divider, Stack, Text } from "@mantine/core";
import { useRouteContext, useRouter } from "@tanstack/react-router";
import type { ApplicationSignIn } from "mainstay-client";

import { Sentence } from "../../api/failure.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { texts } from "./texts.ts";
import type { Enter } from "./use-entering.ts";

interface Props {
  readonly auth: ApplicationSignIn;
  readonly enter: Enter;
  /** Where the person wanted to go. */
  readonly to: string | undefined;
  /** Is there nothing else above it? */
  readonly isFirst: boolean;
}

/** Passkeys, and providers elsewhere. */
export function OtherWays({ auth, enter, to, isFirst }: Props) {
  const say = usePageTexts(texts);
  const { client } = useRouteContext({ from: "__root__" });
  const router = useRouter();
  const submit = useSubmit();
  const withPasskey =
    auth.methods.includes("passkey") && "PublicKeyCredential" in globalThis;
  if (!withPasskey && auth.providers.length === 0) {
    return isFirst ? <Text size="sm">{say("noWay")}</Text> : null;
  }

  async function signInWithPasskey() {
    try {
      return await client.auth.signInWithPasskey();
    } catch (error) {
      // The browser tells nobody why: people may have stopped it.
      throw error instanceof DOMException
        ? new Sentence(say("passkeyStopped"))
        : error;
    }
  }

  const search = to === undefined ? {} : { to };
  const back = router.buildLocation({ to: "/came-back", search }).publicHref;
  return (
    <Stack gap="sm">
      {!isFirst && <Divider label={say("or")} />}
      {withPasskey && (
        <Button
          variant="default"
          loading={submit.busy}
          onClick={() => void submit.run(() => enter(signInWithPasskey))}
        >
          {say("passkey")}
        </Button>
      )}
      {auth.providers.map(({ name, title }) => (
        <Button
          key={name}
          variant="default"
          component="a"
          href={`/api/v1/auth/providers/${name}/sign-in?return_to=${encodeURIComponent(back)}`}
        >
          {say("provider", { name: title })}
        </Button>
      ))}
      <FormFailure error={submit.error} />
    </Stack>
  );
}
