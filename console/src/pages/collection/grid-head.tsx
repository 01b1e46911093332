import { useRef, type PointerEvent } from "react";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { Icon } from "../../ui/icon.tsx";
import { ColumnMenu } from "./column-menu.tsx";
import type { Column, Columns } from "./columns.ts";
import styles from "./grid.module.css";
import type { List } from "./list.ts";
import {
  isSelected,
  NOTHING,
  selectionOf,
  type Selection,
} from "./selection.ts";
import { texts } from "./texts.ts";
import type { Look } from "./use-look.ts";

interface Props {
  readonly columns: Columns;
  readonly list: List;
  readonly look: Look;
  readonly template: string;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
}

/** The names of the columns: a press sorts, the edge is dragged, a menu has the rest. */
export function GridHead(props: Props) {
  const { columns, list, selection, onSelect } = props;
  const say = usePageTexts(texts);
  const selected = list.rows.filter(({ id }) => isSelected(selection, id));
  const all = list.rows.length > 0 && selected.length === list.rows.length;
  return (
    <div role="rowgroup" className={styles["head"]}>
      <div
        role="row"
        aria-rowindex={1}
        className={styles["row"]}
        style={{ gridTemplateColumns: props.template }}
      >
        <div role="columnheader" className={styles["check"]}>
          <input
            type="checkbox"
            aria-label={say("table.selectAll")}
            checked={all}
            ref={(box) => {
              if (box !== null) {
                box.indeterminate = !all && selected.length > 0;
              }
            }}
            onChange={() =>
              onSelect(
                all ? NOTHING : selectionOf(list.rows.map(({ id }) => id)),
              )
            }
          />
        </div>
        {columns.shown.map((column, at) => (
          <HeadCell
            key={column.field.name}
            column={column}
            at={at}
            {...props}
          />
        ))}
      </div>
    </div>
  );
}

/** Types that have an order in lists. */
export function isSortable({ field }: Column): boolean {
  return (
    field.type !== "json" &&
    field.type !== "multi_select" &&
    field.many !== true
  );
}

/** Where a cell stays when the others are scrolled away. */
export function pinnedStyle({ pinnedAt }: Column) {
  return pinnedAt === null ? undefined : { insetInlineStart: pinnedAt };
}

function HeadCell(
  props: Props & { readonly column: Column; readonly at: number },
) {
  const { column, columns, look } = props;
  const say = usePageTexts(texts);
  const { name, title } = column.field;
  const { sort = "" } = look.search;
  const way =
    sort === name ? "ascending" : sort === `-${name}` ? "descending" : "none";
  const next = way === "none" ? name : way === "ascending" ? `-${name}` : "";
  return (
    <div
      role="columnheader"
      aria-sort={way}
      aria-colindex={props.at + 2}
      className={styles["headCell"]}
      data-pinned={column.pinnedAt !== null || undefined}
      style={pinnedStyle(column)}
    >
      {isSortable(column) ? (
        <button
          type="button"
          className={styles["sort"]}
          title={say("table.sortBy", { field: title })}
          onClick={() => look.show({ sort: next })}
        >
          <span className={styles["cut"]}>{title}</span>
          {way !== "none" && (
            <Icon name={way === "ascending" ? "up" : "down"} size={14} />
          )}
        </button>
      ) : (
        <span className={styles["cut"]}>{title}</span>
      )}
      <ColumnMenu column={column} columns={columns} look={look} way={way} />
      <Edge column={column} resize={columns.resize} />
    </div>
  );
}

/** Drags the width of a column. For the keyboard there is the menu: the edge is only for pointers. */
function Edge(props: {
  readonly column: Column;
  readonly resize: (name: string, width: number) => void;
}) {
  const start = useRef<{ x: number; width: number } | null>(null);
  const move = (event: PointerEvent) => {
    if (start.current !== null) {
      const forwards = document.documentElement.dir === "rtl" ? -1 : 1;
      const moved = (event.clientX - start.current.x) * forwards;
      props.resize(props.column.field.name, start.current.width + moved);
    }
  };
  return (
    <span
      className={styles["edge"]}
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, width: props.column.width };
      }}
      onPointerMove={move}
      onPointerUp={() => (start.current = null)}
      onPointerCancel={() => (start.current = null)}
    />
  );
}
