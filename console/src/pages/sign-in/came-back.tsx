import { Anchor, Stack, Text } from "@mantine/core";
import {
  Link,
  useLocation,
  useRouteContext,
  useRouter,
  useSearch,
} from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { Entry } from "./entry.tsx";
import { SecondFactorForm } from "./second-factor-form.tsx";
import { texts } from "./texts.ts";
import { useEntering, useGoingOn } from "./use-entering.ts";

/** Where a provider leads back to, with what became of it behind the `#`. */
export function CameBackPage() {
  const say = usePageTexts(texts);
  const { to } = useSearch({ from: "/came-back" });
  const { application } = useRouteContext({ from: "__root__" });
  const hash = useLocation({ select: (location) => location.hash });
  const router = useRouter();
  const said = new URLSearchParams(hash);
  const [challenge, setChallenge] = useState(said.get("second_factor"));
  const enter = useEntering(to, (needed) => setChallenge(needed.challenge));
  const search: { readonly to?: string } = to === undefined ? {} : { to };
  const code = said.get("sign_in_error");
  if (challenge !== null) {
    return (
      <Entry title={say("secondFactor")}>
        <SecondFactorForm
          needed={{ challenge }}
          enter={enter}
          back={() => void router.navigate({ to: "/sign-in", search })}
        />
      </Entry>
    );
  }
  if (code === null) {
    return <GoOn to={to} />;
  }
  const [only] = application.about.auth.providers;
  const name =
    application.about.auth.providers.length === 1 && only !== undefined
      ? only.title
      : say("cameBack.provider");
  return (
    <Entry title={say("cameBack.title")}>
      <Stack gap="sm">
        <Text size="sm" role="alert">
          {code === "refused"
            ? say("cameBack.refused", { name })
            : code === "account_not_linked"
              ? say("cameBack.notLinked")
              : code === "sign_up_disabled"
                ? say("cameBack.noSignUp")
                : say("cameBack.other", { code })}
        </Text>
        <Anchor
          renderRoot={(props) => (
            <Link {...props} to="/sign-in" search={search} />
          )}
        >
          {say("cameBack.again")}
        </Anchor>
      </Stack>
    </Entry>
  );
}

/** The session is there: what the person wanted follows. */
function GoOn({ to }: { readonly to: string | undefined }) {
  const goOn = useGoingOn(to);
  useEffect(() => void goOn(), [goOn]);
  return null;
}
