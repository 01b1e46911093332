import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";

import type { ListQuery } from "../../../api/console-client.ts";
import { told } from "../../../api/failure.ts";
import type { Collection } from "../../../application/application.ts";
import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Icon } from "../../../ui/icon.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import type { Columns } from "../columns.ts";
import { texts } from "../texts.ts";

interface Props {
  readonly collection: Collection;
  readonly columns: Columns;
  readonly query: ListQuery;
  readonly count: number | null;
}

/** Takes what is shown along as a file: the columns of the table, and all records of the filter. */
export function ExportMenu({ collection, columns, query, count }: Props) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { application, client } = useConsole();
  const submit = useSubmit();

  const take = (format: "csv" | "jsonl") =>
    void submit.run(async () => {
      const title = say("take.title");
      const note = notifications.show({
        title,
        message: say("take.working", { done: 0, count: count ?? 0 }),
        loading: true,
        autoClose: false,
      });
      try {
        const { download } = await import("./download.ts");
        const fields = columns.shown.map(({ field }) => field);
        const done = await download(
          { application, client, collection, fields, query, format },
          (read) =>
            notifications.update({
              id: note,
              title,
              message: say("take.working", {
                done: read,
                count: count ?? read,
              }),
              loading: true,
              autoClose: false,
            }),
        );
        notifications.update({
          id: note,
          message: say("take.done", { count: done }),
          loading: false,
          autoClose: 4000,
        });
      } catch (error) {
        notifications.update({
          id: note,
          color: "red",
          title,
          message: told(t, error).text,
          loading: false,
          autoClose: 10_000,
        });
      }
    });

  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <Button
          variant="default"
          loading={submit.busy}
          leftSection={<Icon name="download" size={16} />}
        >
          {say("take.menu")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => take("csv")}>{say("take.csv")}</Menu.Item>
        <Menu.Item onClick={() => take("jsonl")}>{say("take.jsonl")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
