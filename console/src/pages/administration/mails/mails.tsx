import { Select } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Mail } from "mainstay-client";
import { useTranslation } from "react-i18next";

import { moment } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Empty } from "../../../ui/empty.tsx";
import { AdminPage } from "../parts/admin-page.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { MorePages } from "../parts/more-pages.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { usePages } from "../parts/use-pages.ts";
import { texts } from "./texts.ts";

const STATES = ["pending", "sent", "failed", "dropped"] as const;
const TONES = {
  pending: "plain",
  sent: "good",
  failed: "bad",
  dropped: "plain",
} as const;
/** How often it is looked whether what waits has been sent, in milliseconds. */
const LOOK_EVERY = 5000;

/** The outbox. What a mail says is not kept. */
export function MailsPage() {
  const say = usePageTexts(texts);
  const { i18n } = useTranslation();
  const navigate = useNavigate();
  const { state = "" } = useSearch({ from: "/signed-in/administration/mails" });
  const found = usePages<Mail>("/mails", { state }, (items) =>
    items.some((mail) => mail.state === "pending") ? LOOK_EVERY : 0,
  );
  const when = (time: string) => moment(i18n.language, time);
  return (
    <AdminPage title={say("title")} text={say("text")}>
      <Select
        label={say("state")}
        allowDeselect={false}
        w="12rem"
        data={[
          { value: "", label: say("states.all") },
          ...STATES.map((one) => ({ value: one, label: say(`states.${one}`) })),
        ]}
        value={state}
        onChange={(next) =>
          void navigate({
            to: "/administration/mails",
            search: next === null || next === "" ? {} : { state: next },
          })
        }
      />
      <Loaded found={found}>
        {() =>
          found.items.length > 0 ? (
            <DataTable
              label={say("title")}
              items={found.items}
              keyOf={({ id }) => id}
              columns={[
                { title: say("address"), cell: ({ address }) => address },
                { title: say("kind"), cell: ({ kind }) => kind },
                {
                  title: say("state"),
                  cell: (mail) => (
                    <StateBadge tone={TONES[mail.state]}>
                      {say(`states.${mail.state}`)}
                    </StateBadge>
                  ),
                },
                { title: say("when"), cell: (mail) => when(mail.created_at) },
                {
                  title: say("tries"),
                  cell: ({ tries, next_attempt_at: next, state: now }) =>
                    now === "pending" && next !== null && tries > 0
                      ? `${tries}, ${say("next", { when: when(next) })}`
                      : tries,
                },
                {
                  title: say("error"),
                  cell: (mail) =>
                    mail.error ??
                    (mail.state === "dropped" ? say("droppedText") : "–"),
                },
              ]}
            />
          ) : state === "" ? (
            <Empty title={say("empty")} text={say("emptyText")} />
          ) : (
            <Empty title={say("noMatch")} text={say("noMatchText")} />
          )
        }
      </Loaded>
      <MorePages found={found} />
    </AdminPage>
  );
}
