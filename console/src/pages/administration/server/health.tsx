import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Health } from "mainstay-client";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../../console.tsx";
import { localeOf, moment } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Facts } from "../parts/facts.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { Part } from "./part.tsx";
import { Readers } from "./readers.tsx";
import styles from "./server.module.css";
import { texts } from "./texts.ts";

/** Whether every part of the server works. */
export function HealthView() {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const found = useQuery({
    queryKey: ["/health"],
    queryFn: async ({ signal }) =>
      (await client.request("GET", "/health", { signal })) as Health,
  });
  return (
    <Loaded found={found}>
      {(health) => (
        <Stack gap="xl">
          <Group justify="space-between">
            <Group gap="sm" role="status">
              <StateBadge tone={health.status === "ready" ? "good" : "bad"}>
                {say(health.status === "ready" ? "ready" : "notReady")}
              </StateBadge>
              <Text size="sm">
                {say("version", { version: health.version })}
              </Text>
            </Group>
            <Button
              variant="default"
              loading={found.isFetching}
              onClick={() => void found.refetch()}
            >
              {say("again")}
            </Button>
          </Group>
          <Parts checks={health.checks} />
          <Readers readers={health.readers} />
          <Writes health={health} />
          <Slow statements={health.slow_statements} />
        </Stack>
      )}
    </Loaded>
  );
}

function Parts({ checks }: { readonly checks: Health["checks"] }) {
  const say = usePageTexts(texts);
  const ms = useMilliseconds();
  return (
    <Part title={say("parts")}>
      <DataTable
        label={say("parts")}
        items={checks}
        keyOf={({ name }) => name}
        columns={[
          { title: say("part"), cell: ({ name }) => name },
          {
            title: say("state"),
            cell: ({ ok }) => (
              <StateBadge tone={ok ? "good" : "bad"}>
                {say(ok ? "works" : "fails")}
              </StateBadge>
            ),
          },
          { title: say("detail"), cell: ({ detail }) => detail || "–" },
          { title: say("took"), cell: ({ took_us: took }) => ms(took) },
        ]}
      />
    </Part>
  );
}

function Writes({ health }: { readonly health: Health }) {
  const say = usePageTexts(texts);
  const { i18n } = useTranslation();
  const ms = useMilliseconds();
  const { certificate, writes, reads } = health;
  const when = (time: string | null) =>
    time === null ? say("none") : moment(i18n.language, time);
  return (
    <>
      <Part title={say("writes")}>
        <Facts
          facts={[
            [say("release"), health.release],
            [say("waiting"), writes.waiting],
            [say("done"), writes.done],
            [say("commits"), writes.commits],
            [say("longestWrite"), ms(writes.waits.longest_us)],
            [say("longestRead"), ms(reads.waits.longest_us)],
          ]}
        />
      </Part>
      {certificate !== null && (
        <Part title={say("certificate")}>
          <Text size="sm">{certificate.domains.join(", ")}</Text>
          <Facts
            facts={[
              [say("goodUntil"), when(certificate.not_after)],
              [say("renewsAt"), when(certificate.renews_at)],
              [say("lastError"), certificate.last_error ?? say("none")],
            ]}
          />
        </Part>
      )}
    </>
  );
}

function Slow(props: { readonly statements: Health["slow_statements"] }) {
  const say = usePageTexts(texts);
  const ms = useMilliseconds();
  return (
    <Part title={say("slow")}>
      {props.statements.length === 0 ? (
        <Text size="sm" c="dimmed">
          {say("slowNone")}
        </Text>
      ) : (
        <DataTable
          label={say("slow")}
          items={props.statements}
          keyOf={({ statement, operation }) => operation + statement}
          columns={[
            {
              title: say("statement"),
              cell: ({ statement, plan }) => (
                <>
                  <code className={styles["statement"]}>{statement}</code>
                  {plan !== "" && (
                    <details>
                      <summary>{say("plan")}</summary>
                      <pre className={styles["plan"]}>{plan}</pre>
                    </details>
                  )}
                </>
              ),
            },
            { title: say("count"), cell: ({ count }) => count },
            {
              title: say("longest"),
              cell: ({ longest_us: took }) => ms(took),
            },
            { title: say("total"), cell: ({ total_us: took }) => ms(took) },
          ]}
        />
      )}
    </Part>
  );
}

/** Microseconds as the viewer reads them. */
function useMilliseconds(): (us: number) => string {
  const { i18n } = useTranslation();
  const format = new Intl.NumberFormat(localeOf(i18n.language), {
    style: "unit",
    unit: "millisecond",
    maximumSignificantDigits: 3,
  });
  return (us) => format.format(us / 1000);
}
