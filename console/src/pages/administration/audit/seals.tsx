import { Card, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { AuditStatus } from "mainstay-client";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../../console.tsx";
import { moment } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { CopyText } from "../parts/copy-text.tsx";
import { Facts } from "../parts/facts.tsx";
import styles from "./audit.module.css";
import { texts } from "./texts.ts";

/** How far the journal is sealed, and what somebody needs to check it elsewhere. */
export function Seals() {
  const say = usePageTexts(texts);
  const { i18n } = useTranslation();
  const { client } = useConsole();
  const found = useQuery({
    queryKey: ["/audit/status"],
    queryFn: async ({ signal }) =>
      (await client.request("GET", "/audit/status", { signal })) as AuditStatus,
  });
  const status = found.data;
  const upTo =
    status === undefined
      ? "…"
      : status.sealed_seq === null || status.sealed_at === null
        ? say("seal.none")
        : say("seal.upToValue", {
            seq: status.sealed_seq,
            when: moment(i18n.language, status.sealed_at),
          });
  return (
    <Card withBorder padding="sm">
      <details>
        <summary className={styles["seal"]}>
          <b>{say("seal.title")}</b>
          <Text component="span" size="sm" c="dimmed" role="status">
            {say("seal.upTo")}: {upTo}
          </Text>
        </summary>
        <Stack gap="sm" mt="sm">
          <Text size="sm">{say("seal.text")}</Text>
          {status !== undefined && (
            <>
              <Facts
                facts={[
                  [
                    say("seal.open"),
                    say("seal.open", { count: status.unsealed }),
                  ],
                ]}
              />
              <Text size="sm" fw={600}>
                {say("seal.key")}
              </Text>
              <CopyText value={status.public_key} label={say("seal.key")} />
              {status.checkpoint !== null && (
                <>
                  <Text size="sm" fw={600}>
                    {say("seal.checkpoint")}
                  </Text>
                  <CopyText
                    value={status.checkpoint}
                    label={say("seal.checkpoint")}
                  />
                </>
              )}
              <Text size="sm">{say("seal.keep")}</Text>
              <CopyText
                value={`mainstay audit verify --key ${status.public_key} --checkpoint checkpoint.txt`}
                label={say("seal.command")}
              />
            </>
          )}
        </Stack>
      </details>
    </Card>
  );
}
