import { Avatar, Button, Group, Select, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { updateRow } from "../../../api/records.ts";
import type { Collection } from "../../../application/application.ts";
import { related, type Row } from "../../../application/row.ts";
import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import styles from "../record.module.css";
import { fieldsOf, membersKey, rolesOf } from "./members.tsx";
import { texts } from "./texts.ts";

/** Somebody who belongs to a record: their role, and their end there. */
export function MemberItem(props: {
  readonly collection: Collection;
  readonly members: Collection;
  readonly row: Row;
  readonly member: Row;
  readonly mayManage: boolean;
}) {
  const { collection, members, row, member, mayManage } = props;
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { application, client, person } = useConsole();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const submit = useSubmit();
  const fields = fieldsOf(members);
  const user = related(member, fields.user);
  const name =
    user === null
      ? String(member[fields.user]).slice(0, 8)
      : (application.collection("users")?.labelOf(user) ?? user.id);
  const isOwn = member[fields.user] === person.id;
  const role = String(member[fields.role] ?? "");
  const title = collection.labelOf(row);
  const again = () =>
    queries.invalidateQueries({ queryKey: membersKey(members, row) });

  async function change(next: string | null) {
    if (next === null || next === role) {
      return;
    }
    await updateRow(client, members.name, member, { [fields.role]: next });
    await again();
    notifications.show({ message: say("roleChanged", { name, role: next }) });
  }

  async function remove() {
    await client.records(members.name).delete(member.id);
    if (isOwn) {
      notifications.show({ message: say("left", { title }) });
      await navigate({
        to: "/collections/$collection",
        params: { collection: collection.name },
      });
      return;
    }
    await again();
    notifications.show({ message: say("removed", { name }) });
  }

  const ask = () =>
    modals.openConfirmModal({
      title: isOwn
        ? say("leaveTitle", { title })
        : say("removeTitle", { name }),
      children: (
        <Text size="sm">{isOwn ? say("leaveText") : say("removeText")}</Text>
      ),
      labels: {
        confirm: isOwn ? say("leave") : say("remove"),
        cancel: t("action.cancel"),
      },
      confirmProps: { color: "red" },
      onConfirm: () => void submit.run(remove),
    });

  return (
    <li className={styles["item"]}>
      <Group justify="space-between" gap="xs">
        <Group gap="xs" wrap="nowrap" className={styles["words"] ?? ""}>
          <Avatar name={name} size={28} color="sea" alt="" />
          <Text size="sm" fw={550} dir="auto">
            {name} {isOwn && `(${say("you")})`}
          </Text>
        </Group>
        <Group gap="xs" wrap="nowrap">
          {mayManage ? (
            <Select
              size="xs"
              w={130}
              allowDeselect={false}
              disabled={submit.busy}
              aria-label={say("roleOf", { name })}
              data={[...rolesOf(members)]}
              value={role}
              onChange={(next) => void submit.run(() => change(next))}
            />
          ) : (
            <Text size="sm">{role}</Text>
          )}
          {(mayManage || isOwn) && (
            <Button
              size="xs"
              variant="subtle"
              color="red"
              loading={submit.busy}
              aria-label={isOwn ? say("leave") : say("removeOf", { name })}
              onClick={ask}
            >
              {isOwn ? say("leave") : say("remove")}
            </Button>
          )}
        </Group>
      </Group>
      <FormFailure error={submit.error} />
    </li>
  );
}
