import { Button, Code, CopyButton, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { ORIGIN } from "../../api/console-client.ts";
import type { Collection } from "../../application/application.ts";
import type { Row } from "../../application/row.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { texts } from "./texts.ts";

/** The record as the API answers, and the request for it. */
export function JsonView(props: {
  readonly collection: Collection;
  readonly row: Row;
}) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { expand: _expand, ...own } = props.row;
  const json = JSON.stringify(own, null, 2);
  const request = `curl ${ORIGIN}/api/v1/records/${props.collection.name}/${props.row.id} \\\n  -H "Authorization: Bearer $TOKEN"`;
  return (
    <Stack gap="sm">
      <Code block tabIndex={0}>
        {json}
      </Code>
      <CopyButton value={json}>
        {({ copied, copy }) => (
          <Button variant="default" size="xs" onClick={copy} w="max-content">
            {copied ? "✓ " : ""}
            {t("action.copy")}
          </Button>
        )}
      </CopyButton>
      <Text size="sm" fw={600}>
        {say("request")}
      </Text>
      <Code block tabIndex={0}>
        {request}
      </Code>
    </Stack>
  );
}
