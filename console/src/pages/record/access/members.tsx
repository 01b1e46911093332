import { Button, Select, Skeleton, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { filter, Filter } from "mainstay-client";
import { useState } from "react";

import { fieldFailures } from "../../../api/failure.ts";
import { createRow, listRows } from "../../../api/records.ts";
import type { Collection } from "../../../application/application.ts";
import type { Row } from "../../../application/row.ts";
import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Empty } from "../../../ui/empty.tsx";
import { FailureNote } from "../../../ui/failure-note.tsx";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import styles from "../record.module.css";
import accessStyles from "./access.module.css";
import { MemberItem } from "./member-item.tsx";
import { PersonPicker, type Picked } from "./person-picker.tsx";
import { texts } from "./texts.ts";

const MEMBERS = 50;

interface Props {
  /** Whose records have members. */
  readonly collection: Collection;
  /** The collection of the members. */
  readonly members: Collection;
  readonly row: Row;
}

/** The fields of a member, by what they are for. */
export function fieldsOf({ about }: Collection) {
  return about.members ?? { parent: "", user: "", role: "", owner: "" };
}

export function membersKey(members: Collection, row: Row) {
  return ["list", members.name, "of", row.id] as const;
}

/** Who belongs to a record, in which role. */
export function Members(props: Props) {
  const { members, row } = props;
  const say = usePageTexts(texts);
  const { client, person } = useConsole();
  const fields = fieldsOf(members);
  const found = useInfiniteQuery({
    queryKey: membersKey(members, row),
    queryFn: ({ pageParam, signal }) =>
      listRows(
        client,
        members.name,
        {
          filter: filter`${Filter.fromText(fields.parent)} == ${row.id}`.text,
          sort: [],
          expand: [fields.user],
        },
        { cursor: pageParam, limit: MEMBERS, signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
  if (found.isPending) {
    return (
      <Stack gap="md" role="status" aria-label={say("loading")}>
        <Skeleton height={48} />
        <Skeleton height={48} />
      </Stack>
    );
  }
  if (found.isError) {
    return (
      <FailureNote error={found.error} retry={() => void found.refetch()} />
    );
  }
  const items = found.data.pages.flatMap((page) => page.items);
  const own = items.find((member) => member[fields.user] === person.id);
  // The rules let owners and managers; only a server that is asked knows which roles manage.
  const mayManage =
    person["administrator"] === true ||
    (own !== undefined && own[fields.role] !== rolesOf(members).at(-1));
  return (
    <section aria-labelledby="members-title">
      <h2 id="members-title" className={styles["heading"]}>
        {say("members")}
      </h2>
      {mayManage && <MemberForm {...props} />}
      {items.length === 0 ? (
        <Empty title={say("noMembers")} text={say("noMembersText")} />
      ) : (
        <ul className={styles["list"]}>
          {items.map((member) => (
            <MemberItem
              key={member.id}
              {...props}
              member={member}
              mayManage={mayManage}
            />
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <Button
          variant="default"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {say("more")}
        </Button>
      )}
    </section>
  );
}

export function rolesOf(members: Collection): readonly string[] {
  return members.field(fieldsOf(members).role)?.options ?? [];
}

function MemberForm({ members, row }: Props) {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const fields = fieldsOf(members);
  const roles = rolesOf(members);
  const [picked, setPicked] = useState<Picked | null>(null);
  const [role, setRole] = useState<string | null>(roles.at(-1) ?? null);
  const [isChecked, setChecked] = useState(false);
  const refused = fieldFailures(submit.error);
  const missing = isChecked && picked === null ? say("personMissing") : null;

  async function add() {
    setChecked(true);
    if (picked === null || !("user" in picked)) {
      return;
    }
    await createRow(client, members.name, {
      [fields.parent]: row.id,
      [fields.user]: picked.user,
      [fields.role]: role,
    });
    await queries.invalidateQueries({ queryKey: membersKey(members, row) });
    notifications.show({ message: say("added", { name: picked.name }) });
    setPicked(null);
    setChecked(false);
  }

  return (
    <form
      noValidate
      aria-label={say("add")}
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(add);
      }}
    >
      <Stack gap="xs" my="sm">
        <div className={accessStyles["pair"]}>
          <PersonPicker
            picked={picked}
            onPick={setPicked}
            withAddress={false}
            fault={missing ?? refused.get(fields.user) ?? null}
          />
          <Select
            label={say("role")}
            allowDeselect={false}
            data={[...roles]}
            value={role}
            onChange={setRole}
            error={refused.get(fields.role)}
          />
        </div>
        {refused.size === 0 && <FormFailure error={submit.error} />}
        <Button type="submit" w="max-content" loading={submit.busy}>
          {say("add")}
        </Button>
      </Stack>
    </form>
  );
}
