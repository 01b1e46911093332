import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type KeyboardEvent } from "react";

import type { ListQuery } from "../../api/console-client.ts";
import type { Collection } from "../../application/application.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { GridHead } from "./grid-head.tsx";
import { GridRow } from "./grid-row.tsx";
import { CHECK_WIDTH, type Columns } from "./columns.ts";
import styles from "./grid.module.css";
import type { List } from "./list.ts";
import { isSelected, toggled, type Selection } from "./selection.ts";
import { texts } from "./texts.ts";
import { useCursor } from "./use-cursor.ts";
import type { Look } from "./use-look.ts";

/** A row of the table; `--console-row` is the same. */
export const ROW_HEIGHT = 36;
const OVERSCAN = 12;

interface Props {
  readonly collection: Collection;
  readonly columns: Columns;
  readonly list: List;
  readonly look: Look;
  readonly query: ListQuery;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  readonly onOpen: (id: string) => void;
}

/** Records as rows: only those in view are in the page, and more are asked for as they come into view. */
export function Grid(props: Props) {
  const { collection, columns, list, selection, onSelect } = props;
  const say = usePageTexts(texts);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: list.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasMore, loadMore } = list;
  useEffect(() => {
    if (hasMore && last >= list.rows.length - OVERSCAN * 2) {
      loadMore();
    }
  });

  const cursor = useCursor({
    rows: list.rows.length,
    columns: columns.shown.length,
    scroller,
    scrollTo: (row) => rows.scrollToIndex(row),
  });
  const template = `2.5rem ${columns.shown.map(({ width }) => `${width}px`).join(" ")}`;
  const width = columns.shown.reduce(
    (sum, one) => sum + one.width,
    CHECK_WIDTH,
  );

  const toggle = (id: string) => onSelect(toggled(selection, id));

  function act(event: KeyboardEvent) {
    const row = list.rows[cursor.at.row];
    const isCell = (event.target as HTMLElement).role === "gridcell";
    if (!isCell || row === undefined) {
      return;
    }
    if (event.key === "Enter") {
      event.preventDefault();
      props.onOpen(row.id);
    } else if (event.key === " ") {
      event.preventDefault();
      toggle(row.id);
    } else {
      cursor.move(event);
    }
  }

  return (
    <>
      <p id="grid-keys" className={styles["hidden"]}>
        {say("table.keys")}
      </p>
      <p className={styles["hidden"]} role="status">
        {list.isLoadingMore ? say("table.loadingMore") : ""}
      </p>
      <div
        ref={scroller}
        className={styles["scroller"]}
        role="grid"
        aria-label={collection.title}
        aria-rowcount={list.count === null ? -1 : list.count + 1}
        aria-colcount={columns.shown.length + 1}
        aria-multiselectable="true"
        aria-describedby="grid-keys"
        tabIndex={-1}
        onKeyDown={act}
      >
        <div style={{ minWidth: width }}>
          <GridHead {...props} template={template} />
          <div
            className={styles["body"]}
            role="rowgroup"
            style={{ height: rows.getTotalSize() }}
          >
            {items.map(({ index, start }) => {
              const row = list.rows[index];
              return (
                row !== undefined && (
                  <GridRow
                    key={row.id}
                    collection={collection}
                    columns={columns.shown}
                    row={row}
                    index={index}
                    start={start}
                    template={template}
                    isSelected={isSelected(selection, row.id)}
                    cursorColumn={
                      cursor.at.row === index ? cursor.at.column : null
                    }
                    onToggle={toggle}
                    onOpen={props.onOpen}
                    onCursor={cursor.set}
                  />
                )
              );
            })}
          </div>
        </div>
      </div>
    </>
  );
}
