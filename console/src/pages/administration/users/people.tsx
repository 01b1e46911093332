import { Badge, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ServiceAccountList } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { listRows, searchFilter } from "../../../api/records.ts";
import type { Collection } from "../../../application/application.ts";
import type { Row } from "../../../application/row.ts";
import { useConsole } from "../../../console.tsx";
import { moment } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Empty } from "../../../ui/empty.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { LazyRecordDrawer, useDrawer } from "../../record/lazy-drawer.tsx";
import { Confirm, type Question } from "../parts/confirm.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { MorePages } from "../parts/more-pages.tsx";
import { RowMenu } from "../parts/row-menu.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { texts as shared } from "../texts.ts";
import { InviteDialogue } from "./invite-dialogue.tsx";
import { SERVICES } from "./queries.ts";
import { texts } from "./texts.ts";
import { usePersonActs } from "./use-person-acts.ts";

/** Everybody with an account. */
export function People() {
  const { application } = useConsole();
  const users = application.collection("users");
  return users === undefined ? null : <PeopleOf users={users} />;
}

function PeopleOf({ users }: { readonly users: Collection }) {
  const say = usePageTexts(texts);
  useDrawer();
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, 200);
  /** The record in the drawer; `new` for one that is about to be made. */
  const [open, setOpen] = useState<string | null>(null);
  const [isInviting, setInviting] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const found = usePeople(users, search);
  const pages = found.data?.pages;
  const count = pages?.[0]?.count ?? 0;
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <TextInput
          type="search"
          aria-label={say("search")}
          placeholder={say("search")}
          leftSection={<Icon name="search" size={16} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Group gap="xs">
          <Button variant="default" onClick={() => setOpen("new")}>
            {say("newAccount")}
          </Button>
          <Button
            leftSection={<Icon name="plus" size={16} />}
            onClick={() => setInviting(true)}
          >
            {say("invite")}
          </Button>
        </Group>
      </Group>
      <Text size="sm" c="dimmed" role="status">
        {pages === undefined ? "…" : say("count", { count })}
      </Text>
      <Loaded found={found}>
        {({ pages: loaded }) => (
          <PeopleTable
            users={users}
            rows={loaded.flatMap(({ items }) => items)}
            isFiltered={search !== ""}
            onEdit={setOpen}
            onAsk={setQuestion}
          />
        )}
      </Loaded>
      <MorePages found={found} />
      {open !== null && (
        <LazyRecordDrawer
          key={open}
          collection={users}
          id={open === "new" ? null : open}
          onClose={() => {
            setOpen(null);
            void found.refetch();
          }}
        />
      )}
      <InviteDialogue opened={isInviting} onClose={() => setInviting(false)} />
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </Stack>
  );
}

function usePeople(users: Collection, search: string) {
  const { client } = useConsole();
  return useInfiniteQuery({
    queryKey: ["people", search],
    queryFn: ({ pageParam, signal }) =>
      listRows(
        client,
        "users",
        { filter: searchFilter(users, search), sort: [], expand: [] },
        { cursor: pageParam, limit: 50, signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: (before) => before,
  });
}

function PeopleTable(props: {
  readonly users: Collection;
  readonly rows: readonly Row[];
  readonly isFiltered: boolean;
  readonly onEdit: (id: string) => void;
  readonly onAsk: (question: Question) => void;
}) {
  const { users, rows } = props;
  const say = usePageTexts(texts);
  const words = usePageTexts(shared);
  const { i18n } = useTranslation();
  const { client, person } = useConsole();
  const actsOf = usePersonActs(props.onAsk);
  const services = useQuery({
    queryKey: SERVICES,
    queryFn: async ({ signal }) =>
      (await client.request("GET", "/service-accounts", {
        signal,
      })) as ServiceAccountList,
  });
  const isService = (row: Row) =>
    services.data?.items.some(({ id }) => id === row.id) === true;
  if (rows.length === 0) {
    return props.isFiltered ? (
      <Empty title={say("noMatch")} text={say("noMatchText")} />
    ) : (
      <Empty title={say("empty")} text={say("emptyText")} />
    );
  }
  return (
    <DataTable
      label={say("title")}
      items={rows}
      keyOf={(row) => row.id}
      columns={[
        {
          title: say("person"),
          cell: (row) =>
            row.id === person.id
              ? `${users.labelOf(row)} (${say("you")})`
              : users.labelOf(row),
        },
        { title: say("email"), cell: (row) => String(row["email"] ?? "") },
        {
          title: say("role"),
          cell: (row) =>
            row["administrator"] === true ? (
              <Badge variant="light">{say("administrator")}</Badge>
            ) : isService(row) ? (
              <Badge variant="default">{say("service")}</Badge>
            ) : (
              say("user")
            ),
        },
        {
          title: say("state"),
          cell: (row) =>
            row["active"] === true ? (
              say("active")
            ) : (
              <StateBadge tone="bad">{say("inactive")}</StateBadge>
            ),
        },
        {
          title: say("since"),
          cell: (row) => moment(i18n.language, String(row["created_at"])),
        },
      ]}
      acts={{
        title: words("acts"),
        of: (row) => (
          <RowMenu
            name={users.labelOf(row)}
            acts={[
              { label: say("edit"), run: () => props.onEdit(row.id) },
              ...actsOf(row, users.labelOf(row), isService(row)),
            ]}
          />
        ),
      }}
    />
  );
}
