import type { Health } from "mainstay-client";

import { usePageTexts } from "../../../i18n/page-texts.ts";
import { DataTable } from "../parts/data-table.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { Part } from "./part.tsx";
import { texts } from "./texts.ts";

/** Who follows the journal, and how far each has come. */
export function Readers(props: { readonly readers: Health["readers"] }) {
  const say = usePageTexts(texts);
  return (
    <Part title={say("readers")}>
      <DataTable
        label={say("readers")}
        items={props.readers}
        keyOf={({ name }) => name}
        columns={[
          { title: say("reader"), cell: ({ name }) => name },
          {
            title: say("state"),
            cell: ({ failures }) =>
              failures === 0 ? (
                <StateBadge tone="good">{say("works")}</StateBadge>
              ) : (
                <StateBadge tone="bad">{say("fails")}</StateBadge>
              ),
          },
          {
            title: say("lag"),
            cell: ({ lag_entries: count }) => say("lag", { count }),
          },
          { title: say("cursor"), cell: ({ cursor }) => cursor },
          {
            title: say("lastError"),
            cell: ({ last_error: error }) => error ?? say("none"),
          },
        ]}
      />
    </Part>
  );
}
