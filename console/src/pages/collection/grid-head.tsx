import { useRef, type PointerEvent } from "react";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { Icon } from "../../ui/icon.tsx";
import type { Column, Columns } from "./columns.ts";
import styles from "./grid.module.css";
import type { List } from "./list.ts";
import { texts } from "./texts.ts";

interface Props {
  readonly columns: Columns;
  readonly list: List;
  readonly template: string;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
}

/** The names of the columns: a press sorts, the edge is dragged. */
export function GridHead(props: Props) {
  const { columns, list, selected, onSelect } = props;
  const say = usePageTexts(texts);
  const all =
    list.rows.length > 0 && list.rows.every(({ id }) => selected.has(id));
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
                box.indeterminate = !all && selected.size > 0;
              }
            }}
            onChange={() =>
              onSelect(all ? new Set() : new Set(list.rows.map(({ id }) => id)))
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
function isSortable({ field }: Column): boolean {
  return (
    field.type !== "json" &&
    field.type !== "multi_select" &&
    field.many !== true
  );
}

function HeadCell(
  props: Props & { readonly column: Column; readonly at: number },
) {
  const { column, sort, onSort } = props;
  const say = usePageTexts(texts);
  const { name, title } = column.field;
  const way =
    sort === name ? "ascending" : sort === `-${name}` ? "descending" : "none";
  const next = way === "none" ? name : way === "ascending" ? `-${name}` : "";
  return (
    <div
      role="columnheader"
      aria-sort={way}
      aria-colindex={props.at + 2}
      className={styles["headCell"]}
    >
      {isSortable(column) ? (
        <button
          type="button"
          className={styles["sort"]}
          title={say("table.sortBy", { field: title })}
          onClick={() => onSort(next)}
        >
          <span className={styles["cut"]}>{title}</span>
          {way !== "none" && (
            <Icon name={way === "ascending" ? "up" : "down"} size={14} />
          )}
        </button>
      ) : (
        <span className={styles["cut"]}>{title}</span>
      )}
      <Edge column={column} resize={props.columns.resize} />
    </div>
  );
}

/** Drags the width of a column. For the keyboard the fields' menu is the way: the edge is only for pointers. */
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
