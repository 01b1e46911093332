import { Menu, UnstyledButton } from "@mantine/core";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { Icon } from "../../ui/icon.tsx";
import type { Column, Columns } from "./columns.ts";
import { isSortable } from "./grid-head.tsx";
import styles from "./grid.module.css";
import { texts } from "./texts.ts";
import type { Look } from "./use-look.ts";

const STEP = 40;

interface Props {
  readonly column: Column;
  readonly columns: Columns;
  readonly look: Look;
  readonly way: "ascending" | "descending" | "none";
}

/** What can be done with a column, also by keyboard. */
export function ColumnMenu({ column, columns, look, way }: Props) {
  const say = usePageTexts(texts);
  const { field, width, pinnedAt } = column;
  const { name, title } = field;
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <UnstyledButton
          className={styles["columnMenu"] ?? ""}
          aria-label={say("column.menu", { field: title })}
        >
          <Icon name="more" size={14} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {isSortable(column) && (
          <>
            <Menu.Item
              disabled={way === "ascending"}
              onClick={() => look.show({ sort: name })}
            >
              {say("column.ascending")}
            </Menu.Item>
            <Menu.Item
              disabled={way === "descending"}
              onClick={() => look.show({ sort: `-${name}` })}
            >
              {say("column.descending")}
            </Menu.Item>
            {way !== "none" && (
              <Menu.Item onClick={() => look.show({ sort: "" })}>
                {say("column.unsorted")}
              </Menu.Item>
            )}
            <Menu.Divider />
          </>
        )}
        <Menu.Item onClick={() => columns.pin(name)}>
          {say(pinnedAt === null ? "column.pin" : "column.unpin")}
        </Menu.Item>
        <Menu.Item
          closeMenuOnClick={false}
          onClick={() => columns.resize(name, width + STEP)}
        >
          {say("column.wider")}
        </Menu.Item>
        <Menu.Item
          closeMenuOnClick={false}
          onClick={() => columns.resize(name, width - STEP)}
        >
          {say("column.narrower")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          disabled={columns.shown.length === 1}
          onClick={() => columns.toggle(name)}
        >
          {say("column.hide")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
