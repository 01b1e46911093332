import { Stack } from "@mantine/core";

import type { Collection } from "../../../application/application.ts";
import type { Row } from "../../../application/row.ts";
import { useConsole } from "../../../console.tsx";
import { membersOf } from "../record-tabs.tsx";
import { Members } from "./members.tsx";
import { Shares } from "./shares.tsx";

/** Who has access to a record: its members, and whoever it is shared with. */
export function Access(props: {
  readonly collection: Collection;
  readonly row: Row;
}) {
  const { collection, row } = props;
  const { application } = useConsole();
  const members = membersOf(application, collection);
  return (
    <Stack gap="xl">
      {members !== null && (
        <Members collection={collection} members={members} row={row} />
      )}
      {collection.about.share !== null && (
        <Shares collection={collection} row={row} />
      )}
    </Stack>
  );
}
