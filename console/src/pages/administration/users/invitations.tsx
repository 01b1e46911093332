import { Badge, Button, Group, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Invitation } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../../console.tsx";
import { moment } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Empty } from "../../../ui/empty.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { Confirm, type Question } from "../parts/confirm.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { RowMenu, type Act } from "../parts/row-menu.tsx";
import { SecretDialogue } from "../parts/secret-dialogue.tsx";
import { texts as shared } from "../texts.ts";
import { InviteDialogue } from "./invite-dialogue.tsx";
import { INVITATIONS } from "./queries.ts";
import { texts } from "./texts.ts";
import { useLinkSecret } from "./use-link-secret.ts";

/** Who was invited and has not answered yet. */
export function Invitations() {
  const say = usePageTexts(texts);
  const words = usePageTexts(shared);
  const { i18n } = useTranslation();
  const { client } = useConsole();
  const queries = useQueryClient();
  const link = useLinkSecret();
  const [isInviting, setInviting] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const found = useQuery({
    queryKey: INVITATIONS,
    queryFn: ({ signal }) => client.invitations.list({ signal }),
  });
  const reload = () => queries.invalidateQueries({ queryKey: INVITATIONS });

  const actsOf = (invitation: Invitation): readonly Act[] => {
    const { email, fields, id } = invitation;
    return [
      {
        label: say("newLink"),
        run: () =>
          setQuestion({
            title: say("newLinkTitle", { name: email }),
            text: say("newLinkText"),
            act: say("newLink"),
            isDangerous: false,
            run: async () => {
              const { email: _email, ...own } = fields;
              const body = { email, fields: own, by: "link" } as const;
              const made = await client.invitations.create(body);
              await reload();
              link.show(made, made.link ?? "");
            },
          }),
      },
      {
        label: say("revoke"),
        isDangerous: true,
        run: () =>
          setQuestion({
            title: say("revokeTitle", { name: email }),
            text: say("revokeText"),
            act: say("revoke"),
            isDangerous: true,
            run: async () => {
              await client.invitations.revoke(id);
              await reload();
              notifications.show({
                message: say("done.revoked", { name: email }),
              });
            },
          }),
      },
    ];
  };

  return (
    <Stack gap="md">
      <Group justify="end">
        <Button
          leftSection={<Icon name="plus" size={16} />}
          onClick={() => setInviting(true)}
        >
          {say("invite")}
        </Button>
      </Group>
      <Loaded found={found}>
        {(items) =>
          items.length === 0 ? (
            <Empty
              title={say("noInvitations")}
              text={say("noInvitationsText")}
            />
          ) : (
            <DataTable
              label={say("tabs.invitations")}
              items={items}
              keyOf={({ id }) => id}
              columns={[
                { title: say("email"), cell: ({ email }) => email },
                {
                  title: say("role"),
                  cell: ({ fields }) =>
                    fields["administrator"] === true ? (
                      <Badge variant="light">{say("administrator")}</Badge>
                    ) : (
                      say("user")
                    ),
                },
                {
                  title: say("invitedAt"),
                  cell: (one) => moment(i18n.language, one.created_at),
                },
                {
                  title: say("expiresAt"),
                  cell: (one) => moment(i18n.language, one.expires_at),
                },
              ]}
              acts={{
                title: words("acts"),
                of: (one) => <RowMenu name={one.email} acts={actsOf(one)} />,
              }}
            />
          )
        }
      </Loaded>
      <InviteDialogue opened={isInviting} onClose={() => setInviting(false)} />
      <SecretDialogue secret={link.secret} onClose={link.clear} />
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </Stack>
  );
}
