import {
  Button,
  Code,
  CopyButton,
  Group,
  SegmentedControl,
  Stack,
} from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Collection } from "../../application/application.ts";
import type { Row } from "../../application/row.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import styles from "./record.module.css";
import { asCurl, asTypeScript, type Asked } from "./request.ts";
import { texts } from "./texts.ts";

/** A record as the API answers, and the call for it. */
export function RecordRequest(props: {
  readonly collection: Collection;
  readonly row: Row;
}) {
  const say = usePageTexts(texts);
  const { expand: _expand, ...own } = props.row;
  const { name } = props.collection;
  return (
    <Stack gap="lg">
      <RequestView asked={{ collection: name, id: props.row.id }} />
      <Copied
        title={say("request.answer")}
        text={JSON.stringify(own, null, 2)}
      />
    </Stack>
  );
}

/** The call of the API for what is seen, to be copied. */
export function RequestView({ asked }: { readonly asked: Asked }) {
  const say = usePageTexts(texts);
  const [language, setLanguage] = useState("curl");
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        w="max-content"
        aria-label={say("request.title")}
        value={language}
        onChange={setLanguage}
        data={[
          { value: "curl", label: "curl" },
          { value: "ts", label: "TypeScript" },
        ]}
      />
      <Copied
        title={say("request.title")}
        text={language === "curl" ? asCurl(asked) : asTypeScript(asked)}
      />
    </Stack>
  );
}

function Copied(props: { readonly title: string; readonly text: string }) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  return (
    <section aria-label={props.title}>
      <Group justify="space-between" mb="3xs">
        <h2 className={styles["heading"]}>{props.title}</h2>
        <CopyButton value={props.text}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              size="compact-sm"
              onClick={copy}
              aria-label={`${t("action.copy")}: ${props.title}`}
            >
              <span role="status">
                {copied ? say("request.copied") : t("action.copy")}
              </span>
            </Button>
          )}
        </CopyButton>
      </Group>
      <Code block tabIndex={0}>
        {props.text}
      </Code>
    </section>
  );
}
