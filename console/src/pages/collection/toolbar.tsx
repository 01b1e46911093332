import { Button, Menu, TextInput } from "@mantine/core";
import { useDebouncedCallback, useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { ListQuery } from "../../api/console-client.ts";
import { keepsViews } from "../../api/saved-views.ts";
import type { Collection } from "../../application/application.ts";
import { useConsole } from "../../console.tsx";
import { localeOf } from "../../fields/shown.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { SHORTCUT_TARGETS } from "../../layout/shortcuts.tsx";
import { Icon } from "../../ui/icon.tsx";
import type { Columns } from "./columns.ts";
import { ExportMenu } from "./export/export-menu.tsx";
import { FilterPanel } from "./filter-panel.tsx";
import styles from "./records.module.css";
import { ViewMenu } from "./saved/view-menu.tsx";
import { texts } from "./texts.ts";
import type { Look } from "./use-look.ts";

/** So long after the last letter the list is asked for. */
const TYPING_MS = 250;

interface Props {
  readonly collection: Collection;
  readonly columns: Columns;
  readonly look: Look;
  /** What the list is asked for. */
  readonly query: ListQuery;
  readonly words: string;
  readonly onWords: (words: string) => void;
  /** Why the list could not be read. */
  readonly failure: unknown;
  readonly shown: number;
  readonly count: number | null;
}

export function Toolbar(props: Props) {
  const { i18n } = useTranslation();
  const say = usePageTexts(texts);
  const { application } = useConsole();
  const [typed, setTyped] = useState(props.words);
  const { filter: expression = "" } = props.look.search;
  const [open, filter] = useDisclosure(expression !== "");
  const search = useDebouncedCallback(props.onWords, TYPING_MS);
  const number = (count: number) =>
    new Intl.NumberFormat(localeOf(i18n.language)).format(count);
  return (
    <div className={styles["tools"]} role="search">
      <TextInput
        className={styles["words"] ?? ""}
        aria-label={say("table.quick")}
        placeholder={say("table.quick")}
        type="search"
        {...SHORTCUT_TARGETS.search}
        leftSection={<Icon name="search" size={16} />}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          search(event.currentTarget.value);
        }}
      />
      <Button
        variant={open ? "light" : "default"}
        leftSection={<Icon name="filter" size={16} />}
        aria-expanded={open}
        onClick={filter.toggle}
      >
        {say("table.filter")}
      </Button>
      <Menu closeOnItemClick={false} position="bottom-start" shadow="md">
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<Icon name="columns" size={16} />}
          >
            {say("table.fields")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah="60vh" style={{ overflowY: "auto" }}>
          <Menu.Label>{say("table.shown")}</Menu.Label>
          {props.collection.visible.map(({ name, title }) => (
            <Menu.CheckboxItem
              key={name}
              checked={props.columns.isShown(name)}
              onChange={() => props.columns.toggle(name)}
            >
              {title}
            </Menu.CheckboxItem>
          ))}
        </Menu.Dropdown>
      </Menu>
      {keepsViews(application) && (
        <ViewMenu
          collection={props.collection}
          columns={props.columns}
          look={props.look}
        />
      )}
      <ExportMenu
        collection={props.collection}
        columns={props.columns}
        query={props.query}
        count={props.count}
      />
      <span className={styles["count"]} role="status">
        {props.count !== null &&
          (props.shown < props.count
            ? say("table.shownOf", {
                shown: number(props.shown),
                count: number(props.count) as never,
              })
            : say("table.count", { count: props.count }))}
      </span>
      {open && (
        <FilterPanel
          collection={props.collection}
          filter={expression}
          // Every letter of a condition is another filter.
          onFilter={(text) => props.look.show({ filter: text })}
          failure={props.failure}
        />
      )}
    </div>
  );
}
