import { Spotlight, type SpotlightActionData } from "@mantine/spotlight";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { mayEver, useConsole } from "../console.tsx";
import { useFoundRecords } from "../search/use-found-records.ts";
import { Icon } from "../ui/icon.tsx";
import styles from "./palette.module.css";

/** Everywhere one can go, what one can begin and all records, by typing a part of a name. Ctrl or Cmd K opens it. */
export function Palette() {
  const { t } = useTranslation();
  const here = useConsole();
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const { records, isSearching } = useFoundRecords(typed);
  const listed = here.application.declared.filter(({ name }) =>
    mayEver(here, name, "list"),
  );
  const places: SpotlightActionData[] = [
    {
      id: "home",
      label: t("app.home"),
      leftSection: <Icon name="home" />,
      onClick: () => void navigate({ to: "/" }),
    },
    ...listed.map(({ name, title, about }) => ({
      id: `list-${name}`,
      label: title,
      description: about.description,
      leftSection: <Icon name="table" />,
      onClick: () =>
        void navigate({
          to: "/collections/$collection",
          params: { collection: name },
        }),
    })),
    {
      id: "trash",
      label: t("app.trash"),
      leftSection: <Icon name="trash" />,
      onClick: () => void navigate({ to: "/trash" }),
    },
    {
      id: "account",
      label: t("app.account"),
      leftSection: <Icon name="person" />,
      onClick: () => void navigate({ to: "/account" }),
    },
  ];
  const beginnings = listed
    .filter(({ name }) => mayEver(here, name, "create"))
    .map(({ name, title }) => ({
      id: `new-${name}`,
      label: t("table.newIn", { title }),
      leftSection: <Icon name="plus" />,
      onClick: () =>
        void navigate({
          to: "/collections/$collection",
          params: { collection: name },
          search: { record: "new" },
        }),
    }));
  const found = records.map(({ collection, id, label }) => ({
    id: `record-${collection.name}-${id}`,
    label,
    description: collection.title,
    // The server has found it by these words, wherever they stand in it.
    keywords: [typed],
    leftSection: <Icon name="search" />,
    onClick: () =>
      void navigate({
        to: "/collections/$collection",
        params: { collection: collection.name },
        search: { record: id },
      }),
  }));
  return (
    <Spotlight
      actions={[...places, ...beginnings, ...found]}
      query={typed}
      onQueryChange={setTyped}
      shortcut="mod + K"
      // It types nothing, so it works while somebody types, too.
      tagsToIgnore={[]}
      limit={20}
      scrollable
      maxHeight="60vh"
      lockScroll={false}
      title={t("palette.title")}
      classNames={{
        header: styles["unseen"] ?? "",
        search: styles["search"] ?? "",
      }}
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      nothingFound={t(isSearching ? "palette.searching" : "palette.nothing")}
      searchProps={{
        leftSection: <Icon name="search" />,
        placeholder: t("palette.placeholder"),
        "aria-label": t("palette.title"),
      }}
    />
  );
}
