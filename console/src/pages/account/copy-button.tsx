import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { useTranslation } from "react-i18next";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { texts } from "./texts.ts";

/** Copies a text, and says so in its own place. */
export function CopyButton({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const clipboard = useClipboard();
  return (
    <Button variant="default" onClick={() => clipboard.copy(text)}>
      <span role="status">
        {clipboard.copied ? say("keys.copied") : t("action.copy")}
      </span>
    </Button>
  );
}
