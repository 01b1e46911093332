import { Anchor, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { texts } from "./texts.ts";

/** After a link was asked for: it is opened from the mail, on any device. */
export function LinkSent(props: {
  readonly email: string;
  readonly back: () => void;
}) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  return (
    <Stack gap="sm">
      <Text size="sm" role="status">
        {say("linkSent", { email: props.email })}
      </Text>
      <Anchor component="button" type="button" size="sm" onClick={props.back}>
        {t("action.back")}
      </Anchor>
    </Stack>
  );
}
