import { Button, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type { TreeRestored, TreeVersion } from "mainstay-client";
import { useTranslation } from "react-i18next";

import type { Collection } from "../../../application/application.ts";
import type { Row } from "../../../application/row.ts";
import { mayEver, useConsole } from "../../../console.tsx";
import { moment } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { useActorName } from "../people.ts";
import styles from "../record.module.css";
import { Differences } from "./differences.tsx";
import { texts } from "./texts.ts";
import { versionsKey } from "./versions.tsx";

/** A named version, what is different since, and the way back to it. */
export function VersionItem(props: {
  readonly collection: Collection;
  readonly row: Row;
  readonly version: TreeVersion;
}) {
  const { collection, row, version } = props;
  const { name } = version;
  const { i18n, t } = useTranslation();
  const say = usePageTexts(texts);
  const here = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const author = useActorName(version.actor);
  const [isCompared, comparison] = useDisclosure(false);
  const path = `/records/${collection.name}/${row.id}/versions/${version.id}`;

  async function restore() {
    const answer = await here.client.request("POST", `${path}/restore`, {
      body: {},
    });
    const done = answer as TreeRestored;
    const back = done.created + done.restored;
    // Whatever is shown may have changed with it.
    await queries.invalidateQueries();
    notifications.show({
      message:
        done.saved === null || done.changed + back + done.deleted === 0
          ? say("nothing")
          : say("restored", {
              name,
              changed: done.changed,
              back,
              deleted: done.deleted,
              saved: done.saved.name,
            }),
    });
  }

  async function remove() {
    await here.client.request("DELETE", path);
    const queryKey = versionsKey(collection.name, row.id);
    await queries.invalidateQueries({ queryKey });
    notifications.show({ message: say("removed", { name }) });
  }

  const askToRestore = () =>
    modals.openConfirmModal({
      title: say("restoreTitle", { name }),
      children: <Text size="sm">{say("restoreText")}</Text>,
      labels: { confirm: say("restore"), cancel: t("action.cancel") },
      onConfirm: () => void submit.run(restore),
    });
  const askToRemove = () =>
    modals.openConfirmModal({
      title: say("removeTitle", { name }),
      children: <Text size="sm">{say("removeText")}</Text>,
      labels: { confirm: say("remove"), cancel: t("action.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => void submit.run(remove),
    });

  return (
    <li className={styles["item"]}>
      <Text fw={600} dir="auto">
        {name}
      </Text>
      {version.description !== "" && (
        <Text size="sm" dir="auto">
          {version.description}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        {say("by", { when: moment(i18n.language, version.at), name: author })}
      </Text>
      <Group gap="xs" mt="2xs">
        <Button
          size="compact-sm"
          variant="default"
          aria-expanded={isCompared}
          aria-label={say("compareWith", { name })}
          onClick={comparison.toggle}
        >
          {say("compare")}
        </Button>
        {mayEver(here, collection.name, "update") && (
          <Button
            size="compact-sm"
            variant="default"
            loading={submit.busy}
            aria-label={say("restoreOne", { name })}
            onClick={askToRestore}
          >
            {say("restore")}
          </Button>
        )}
        {mayEver(here, collection.name, "delete") && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            disabled={submit.busy}
            aria-label={say("removeOne", { name })}
            onClick={askToRemove}
          >
            {say("remove")}
          </Button>
        )}
      </Group>
      <FormFailure error={submit.error} />
      {isCompared && <Differences path={path} />}
    </li>
  );
}
