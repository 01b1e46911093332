import { Button, Menu, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

import { told } from "../../../api/failure.ts";
import { updateRow } from "../../../api/records.ts";
import {
  differs,
  optionsOf,
  searchOf,
  useSavedViews,
  valuesOf,
  VIEWS,
  viewsChanged,
  viewsOf,
} from "../../../api/saved-views.ts";
import type { Collection } from "../../../application/application.ts";
import type { Json, Row } from "../../../application/row.ts";
import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Icon } from "../../../ui/icon.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import type { Columns } from "../columns.ts";
import { texts } from "../texts.ts";
import type { Look } from "../use-look.ts";

const NameDialog = lazy(async () => ({
  default: (await import("./name-dialog.tsx")).NameDialog,
}));
const ShareDialog = lazy(async () => ({
  default: (await import("./share-dialog.tsx")).ShareDialog,
}));

interface Props {
  readonly collection: Collection;
  readonly columns: Columns;
  readonly look: Look;
}

/** Keeps how one looks at a collection under a name, and comes back to it. */
export function ViewMenu({ collection, columns, look }: Props) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { client, person } = useConsole();
  const queries = useQueryClient();
  const navigate = useNavigate({ from: "/collections/$collection" });
  const submit = useSubmit();
  const [dialog, setDialog] = useState<"new" | "rename" | "share" | null>(null);
  const views = viewsOf(useSavedViews(), collection);
  const { search } = look;
  const view = views.find(({ id }) => id === search.saved);
  const isChanged = view !== undefined && differs(search, view);
  const mayManage =
    view !== undefined &&
    (view["owner"] === person.id || person["administrator"] === true);

  const goTo = (row: Row) => void navigate({ search: searchOf(row) });
  const values = (before: Readonly<Record<string, Json>> = {}) =>
    valuesOf(
      search,
      columns.shown.map(({ field }) => field.name),
      {
        ...before,
        widths: columns.choice.widths,
        pinned: [...(columns.choice.pinned ?? [])],
      },
    );
  /** Does it, and says what was done, or why not. */
  const act = (text: string, work: () => Promise<void>) =>
    void submit.run(async () => {
      try {
        await work();
        await viewsChanged(queries);
        notifications.show({ message: text });
      } catch (error) {
        notifications.show({ color: "red", message: told(t, error).text });
      }
    });

  async function create(name: string) {
    const made = await client.records(VIEWS).create({
      ...values(),
      name,
      collection: collection.about.first_name,
    });
    await viewsChanged(queries);
    notifications.show({ message: say("save.saved", { name }) });
    goTo(made);
  }

  async function rename(row: Row, name: string) {
    await updateRow(client, VIEWS, row, { name });
    await viewsChanged(queries);
    notifications.show({ message: say("save.updated", { name }) });
  }

  function update(row: Row) {
    const name = String(row["name"]);
    act(say("save.updated", { name }), async () => {
      const saved = await updateRow(client, VIEWS, row, values(optionsOf(row)));
      goTo(saved);
    });
  }

  function askToRemove(row: Row) {
    const name = String(row["name"]);
    modals.openConfirmModal({
      title: say("save.removeTitle", { name }),
      children: <Text size="sm">{say("save.removeText")}</Text>,
      labels: { confirm: t("action.delete"), cancel: t("action.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () =>
        act(say("save.removed", { name }), async () => {
          await client.records(VIEWS).delete(row.id);
          look.show({ saved: "" });
        }),
    });
  }

  return (
    <>
      <Menu position="bottom-start" shadow="md">
        <Menu.Target>
          <Button
            variant="default"
            loading={submit.busy}
            leftSection={<Icon name="bookmark" size={16} />}
          >
            {view === undefined
              ? say("save.menu")
              : say("save.current", { name: String(view["name"]) })}
            {isChanged && ` (${say("save.changed")})`}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah="60vh" style={{ overflowY: "auto" }}>
          {views.map((one) => (
            <Menu.Item
              key={one.id}
              leftSection={<Icon name="bookmark" size={14} />}
              aria-current={one === view || undefined}
              onClick={() => goTo(one)}
            >
              {String(one["name"])}
            </Menu.Item>
          ))}
          {views.length > 0 && <Menu.Divider />}
          {view !== undefined && isChanged && (
            <>
              {mayManage && (
                <Menu.Item onClick={() => update(view)}>
                  {say("save.update")}
                </Menu.Item>
              )}
              <Menu.Item onClick={() => goTo(view)}>
                {say("save.reset")}
              </Menu.Item>
            </>
          )}
          <Menu.Item onClick={() => setDialog("new")}>
            {say("save.saveAs")}
          </Menu.Item>
          {view !== undefined && (
            <>
              {mayManage && (
                <>
                  <Menu.Item onClick={() => setDialog("rename")}>
                    {say("save.rename")}
                  </Menu.Item>
                  <Menu.Item onClick={() => setDialog("share")}>
                    {say("save.share")}
                  </Menu.Item>
                  <Menu.Item color="red" onClick={() => askToRemove(view)}>
                    {say("save.remove")}
                  </Menu.Item>
                </>
              )}
              <Menu.Divider />
              <Menu.Item onClick={() => void navigate({ search: {} })}>
                {say("save.leave")}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Suspense>
        {dialog === "new" && (
          <NameDialog
            title={say("save.saveAs")}
            name=""
            onName={create}
            onClose={() => setDialog(null)}
          />
        )}
        {dialog === "rename" && view !== undefined && (
          <NameDialog
            title={say("save.rename")}
            name={String(view["name"])}
            onName={(name) => rename(view, name)}
            onClose={() => setDialog(null)}
          />
        )}
        {dialog === "share" && view !== undefined && (
          <ShareDialog view={view} onClose={() => setDialog(null)} />
        )}
      </Suspense>
    </>
  );
}
