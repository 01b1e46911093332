import { Anchor, Button, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import {
  Link,
  useLocation,
  useNavigate,
  useRouteContext,
} from "@tanstack/react-router";
import type { SecondFactorNeeded } from "mainstay-client";
import { useEffect, useState } from "react";

import type { ConsoleClient } from "../../api/console-client.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { Entry } from "../sign-in/entry.tsx";
import { SecondFactorForm } from "../sign-in/second-factor-form.tsx";
import { texts as signInTexts } from "../sign-in/texts.ts";
import { useEntering } from "../sign-in/use-entering.ts";
import { InvitationForm } from "./invitation-form.tsx";
import { mailLinkOf, type Kind, type MailLink } from "./mail-link.ts";
import { ResetForm } from "./reset-form.tsx";
import { texts } from "./texts.ts";
import { useLinkSubmit } from "./use-link-submit.ts";

/**
 * What links in mails lead to. Nothing happens before somebody presses the button: programs that look at links in
 * mails use none of them up.
 */
export function LinkPage() {
  const say = usePageTexts(texts);
  const { application } = useRouteContext({ from: "__root__" });
  const hash = useLocation({ select: (location) => location.hash });
  const navigate = useNavigate();
  const [link, setLink] = useState(() => mailLinkOf(hash));
  const [done, setDone] = useState<Kind | null>(null);
  // The secret leaves the address and the history at once. Another link may be opened on the same page.
  useEffect(() => {
    const found = mailLinkOf(hash);
    if (found !== null) {
      setLink(found);
      setDone(null);
      void navigate({ to: "/link", hash: "", replace: true });
    }
  }, [hash, navigate]);
  const name = application.title;
  if (link === null) {
    return (
      <Entry title={say("unknown.title")}>
        <Stack gap="sm">
          <Text size="sm">{say("unknown.text")}</Text>
          <Anchor component={Link} to="/">
            {say("goOn")}
          </Anchor>
        </Stack>
      </Entry>
    );
  }
  if (done === "verify" || done === "address" || done === "reset") {
    return <Done kind={done} />;
  }
  return (
    <LinkStep
      key={link.secret}
      link={link}
      name={name}
      onDone={() => setDone(link.kind)}
    />
  );
}

function LinkStep(props: {
  readonly link: MailLink;
  readonly name: string;
  readonly onDone: () => void;
}) {
  const { link, name, onDone } = props;
  const say = usePageTexts(texts);
  const sayEntry = usePageTexts(signInTexts);
  const [needed, setNeeded] = useState<SecondFactorNeeded | null>(null);
  const enter = useEntering(undefined, setNeeded);
  if (needed !== null) {
    return (
      <Entry title={sayEntry("secondFactor")}>
        <SecondFactorForm
          needed={needed}
          enter={enter}
          back={() => setNeeded(null)}
        />
      </Entry>
    );
  }
  const { kind, secret } = link;
  return (
    <Entry title={say(`${kind}.title`, { name })}>
      <Stack gap="sm">
        <Text size="sm">{say(`${kind}.text`)}</Text>
        {kind === "invitation" ? (
          <InvitationForm secret={secret} enter={enter} />
        ) : kind === "reset" ? (
          <ResetForm secret={secret} onDone={onDone} />
        ) : kind === "sign-in" ? (
          <Confirm
            kind={kind}
            act={(client) => enter(() => client.auth.signInWithLink(secret))}
          />
        ) : (
          <Confirm
            kind={kind}
            act={async (client) => {
              await (kind === "verify"
                ? client.account.verifyAddress(secret)
                : client.account.confirmAddressChange(secret));
              onDone();
            }}
          />
        )}
      </Stack>
    </Entry>
  );
}

/** A link that needs nothing but a button. */
function Confirm(props: {
  readonly kind: Exclude<Kind, "invitation" | "reset">;
  readonly act: (client: ConsoleClient) => Promise<void>;
}) {
  const say = usePageTexts(texts);
  const { client } = useRouteContext({ from: "__root__" });
  const submit = useLinkSubmit();
  return (
    <Stack gap="sm">
      <FormFailure error={submit.error} />
      <Button
        loading={submit.busy}
        onClick={() => void submit.run(() => props.act(client))}
      >
        {say(`${props.kind}.submit`)}
      </Button>
    </Stack>
  );
}

function Done({ kind }: { readonly kind: "verify" | "address" | "reset" }) {
  const say = usePageTexts(texts);
  const sayEntry = usePageTexts(signInTexts);
  const queries = useQueryClient();
  // What is known of the account has changed, and a reset has ended every session.
  useEffect(() => queries.clear(), [queries]);
  return (
    <Entry title={say(`${kind}.done`)}>
      <Stack gap="sm">
        <Text size="sm" role="status">
          {say(`${kind}.doneText`)}
        </Text>
        <Button component={Link} to={kind === "reset" ? "/sign-in" : "/"}>
          {kind === "reset" ? sayEntry("title") : say("goOn")}
        </Button>
      </Stack>
    </Entry>
  );
}
