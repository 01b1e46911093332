import type { Invitation } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { moment } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import type { Secret } from "../parts/secret-dialogue.tsx";
import { texts } from "./texts.ts";

/** The link of an invitation, which the server tells once. */
export function useLinkSecret() {
  const { i18n } = useTranslation();
  const say = usePageTexts(texts);
  const [secret, setSecret] = useState<Secret | null>(null);
  return {
    secret,
    clear: () => setSecret(null),
    show: ({ email, expires_at }: Invitation, link: string) =>
      setSecret({
        title: say("linkTitle", { name: email }),
        value: link,
        text: say("linkText", { until: moment(i18n.language, expires_at) }),
      }),
  };
}
