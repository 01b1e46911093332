import { useState, type KeyboardEvent, type RefObject } from "react";

/** The cell that has the keyboard. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

interface Parts {
  readonly rows: number;
  readonly columns: number;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly scrollTo: (row: number) => void;
}

const PAGE = 12;

/** Moves through a table as through a spreadsheet (ARIA Authoring Practices, grid). */
export function useCursor({ rows, columns, scroller, scrollTo }: Parts) {
  const [at, setAt] = useState<Cell>({ row: 0, column: 0 });

  function focus(cell: Cell) {
    setAt(cell);
    scrollTo(cell.row);
    // The row may come into the page only with the next frame.
    requestAnimationFrame(() => {
      const found = scroller.current?.querySelector<HTMLElement>(
        `[data-cell="${cell.row}:${cell.column}"]`,
      );
      found?.focus({ preventScroll: false });
    });
  }

  function move(event: KeyboardEvent) {
    const next = target(at, event, rows - 1, columns - 1);
    if (next !== null) {
      event.preventDefault();
      focus(next);
    }
  }

  const bounded = {
    row: Math.min(at.row, Math.max(rows - 1, 0)),
    column: Math.min(at.column, Math.max(columns - 1, 0)),
  };
  return { at: bounded, set: setAt, move };
}

function target(
  { row, column }: Cell,
  event: KeyboardEvent,
  lastRow: number,
  lastColumn: number,
): Cell | null {
  const whole = event.ctrlKey || event.metaKey;
  const to = (nextRow: number, nextColumn: number): Cell => ({
    row: Math.min(Math.max(nextRow, 0), lastRow),
    column: Math.min(Math.max(nextColumn, 0), lastColumn),
  });
  // In languages that run from right to left the next column is on the left.
  const forwards = document.documentElement.dir === "rtl" ? -1 : 1;
  switch (event.key) {
    case "ArrowDown":
      return to(row + 1, column);
    case "ArrowUp":
      return to(row - 1, column);
    case "ArrowRight":
      return to(row, column + forwards);
    case "ArrowLeft":
      return to(row, column - forwards);
    case "Home":
      return to(whole ? 0 : row, 0);
    case "End":
      return to(whole ? lastRow : row, lastColumn);
    case "PageDown":
      return to(row + PAGE, column);
    case "PageUp":
      return to(row - PAGE, column);
    default:
      return null;
  }
}
