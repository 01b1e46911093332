import { Badge, Button, Group, Select, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type { Share } from "mainstay-client";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../../console.tsx";
import { moment } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import styles from "../record.module.css";
import { levelsOf, readLevel } from "./levels.ts";
import { sharesKey } from "./shares.tsx";
import { texts } from "./texts.ts";

/** One share: with whom, what they may do, until when; and its end. */
export function ShareItem({ share }: { readonly share: Share }) {
  const { t, i18n } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const { link } = share;
  const name =
    share.user?.label ??
    share.group?.label ??
    (share.title === null
      ? say("link")
      : say("linkNamed", { title: share.title }));
  const hasEnded =
    share.expires_at !== null && Date.parse(share.expires_at) <= Date.now();
  const told = [
    ...(link === null ? [] : [openedText(say, link)]),
    ...(link?.has_password === true ? [say("withPassword")] : []),
    ...(share.expires_at === null
      ? []
      : [
          hasEnded
            ? say("ended")
            : say("until", { when: moment(i18n.language, share.expires_at) }),
        ]),
  ];
  const again = () =>
    queries.invalidateQueries({
      queryKey: sharesKey(share.collection, share.record_id),
    });

  async function change(level: Share["level"]) {
    await client.shares.change(share, { level });
    await again();
  }

  async function revoke() {
    await client.shares.revoke(share);
    await again();
    notifications.show({ message: say("revoked", { name }) });
  }

  return (
    <li className={styles["item"]}>
      <Group justify="space-between" gap="xs">
        <div className={styles["words"]}>
          <Text size="sm" fw={550} dir="auto">
            {name}{" "}
            {share.group !== null && (
              <Badge size="sm" variant="light" tt="none">
                {say("members")}
              </Badge>
            )}
          </Text>
          <Text size="xs" c="dimmed">
            {told.join(" · ")}
          </Text>
        </div>
        <Group gap="xs" wrap="nowrap">
          <Select
            size="xs"
            w={130}
            allowDeselect={false}
            disabled={submit.busy}
            aria-label={say("changeLevel", { name })}
            data={levelsOf(say)}
            value={share.level}
            onChange={(level) =>
              void submit.run(() => change(readLevel(level)))
            }
          />
          <Button
            size="xs"
            variant="subtle"
            color="red"
            loading={submit.busy}
            aria-label={say("revokeOf", { name })}
            onClick={() =>
              modals.openConfirmModal({
                title: say("revokeTitle", { name }),
                children: <Text size="sm">{say("revokeText")}</Text>,
                labels: { confirm: say("revoke"), cancel: t("action.cancel") },
                confirmProps: { color: "red" },
                onConfirm: () => void submit.run(revoke),
              })
            }
          >
            {say("revoke")}
          </Button>
        </Group>
      </Group>
      <FormFailure error={submit.error} />
    </li>
  );
}

function openedText(
  say: ReturnType<typeof usePageTexts<"access">>,
  link: NonNullable<Share["link"]>,
): string {
  return link.uses_max === null
    ? say("opened", { count: link.uses })
    : say("openedOf", { count: link.uses, max: link.uses_max });
}
