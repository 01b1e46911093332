import { Anchor, Card, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { JobList, Outbox } from "mainstay-client";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../../console.tsx";
import { localeOf, moment } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Facts } from "../parts/facts.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Part } from "./part.tsx";
import { Readers } from "./readers.tsx";
import { texts } from "./texts.ts";

/** How often it is looked again, in milliseconds. */
const LOOK_EVERY = 5000;

/** What runs beside requests. */
export function JobsView() {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const found = useQuery({
    queryKey: ["/jobs"],
    refetchInterval: LOOK_EVERY,
    queryFn: async ({ signal }) =>
      (await client.request("GET", "/jobs", { signal })) as JobList,
  });
  return (
    <Loaded found={found}>
      {({ readers, loops, mails, webhooks }) => (
        <Stack gap="xl">
          <Part title={say("outboxes")}>
            <Waiting title={say("mails")} outbox={mails}>
              <Anchor component={Link} to="/administration/mails" size="sm">
                {say("seeMails")}
              </Anchor>
            </Waiting>
            <Waiting title={say("webhooks")} outbox={webhooks}>
              <Anchor component={Link} to="/administration/webhooks" size="sm">
                {say("seeWebhooks")}
              </Anchor>
            </Waiting>
          </Part>
          <Loops loops={loops} />
          <Readers readers={readers} />
        </Stack>
      )}
    </Loaded>
  );
}

function Waiting(props: {
  readonly title: string;
  readonly outbox: Outbox;
  readonly children: ReactNode;
}) {
  const say = usePageTexts(texts);
  const { i18n } = useTranslation();
  const { waiting, failed, oldest_waiting: oldest } = props.outbox;
  return (
    <Card withBorder padding="sm">
      <Text fw={600} size="sm" mb="xs">
        {props.title}
      </Text>
      <Facts
        facts={[
          [say("waits"), waiting],
          [say("failed"), failed],
          ...(oldest === null
            ? []
            : [[say("oldest"), moment(i18n.language, oldest)] as const]),
        ]}
      />
      {props.children}
    </Card>
  );
}

function Loops({ loops }: Pick<JobList, "loops">) {
  const say = usePageTexts(texts);
  const { i18n } = useTranslation();
  const when = (time: string | null) =>
    time === null ? say("notYet") : moment(i18n.language, time);
  return (
    <Part title={say("loops")}>
      <DataTable
        label={say("loops")}
        items={loops}
        keyOf={({ name }) => name}
        columns={[
          { title: say("loop"), cell: ({ name }) => name },
          {
            title: say("every"),
            cell: ({ every_us: every }) => span(i18n.language, every),
          },
          { title: say("lastRun"), cell: (loop) => when(loop.last_run) },
          { title: say("nextRun"), cell: (loop) => when(loop.next_run) },
          {
            title: say("lastError"),
            cell: ({ last_error: error }) => error ?? say("none"),
          },
        ]}
      />
    </Part>
  );
}

const UNITS = [
  ["day", 86_400_000_000],
  ["hour", 3_600_000_000],
  ["minute", 60_000_000],
  ["second", 1_000_000],
] as const;

/** A span of microseconds in the largest unit that it has one of. */
function span(language: string, us: number): string {
  const [unit, length] = UNITS.find(([, length]) => us >= length) ?? [
    "millisecond",
    1000,
  ];
  return new Intl.NumberFormat(localeOf(language), {
    style: "unit",
    unit,
    unitDisplay: "long",
    maximumFractionDigits: 1,
  }).format(us / length);
}
