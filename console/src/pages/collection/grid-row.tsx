import { memo } from "react";
import { useTranslation } from "react-i18next";

import type { Collection, Field } from "../../application/application.ts";
import type { Row } from "../../application/row.ts";
import { useConsole } from "../../console.tsx";
import { shown } from "../../fields/shown.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { CellEditor, isEditedInPlace } from "./cell-editor.tsx";
import type { Column } from "./columns.ts";
import { pinnedStyle } from "./grid-head.tsx";
import styles from "./grid.module.css";
import { texts } from "./texts.ts";
import type { Cell } from "./use-cursor.ts";
import { useEditing } from "./use-editing.ts";

interface Props {
  readonly collection: Collection;
  readonly columns: readonly Column[];
  readonly row: Row;
  readonly index: number;
  /** Pixels from the top. */
  readonly start: number;
  readonly template: string;
  readonly isSelected: boolean;
  /** The column that has the keyboard, where this row has it. */
  readonly cursorColumn: number | null;
  readonly onToggle: (id: string) => void;
  readonly onOpen: (id: string) => void;
  readonly onCursor: (cell: Cell) => void;
}

export const GridRow = memo(function GridRow(props: Props) {
  const { collection, row, index } = props;
  const say = usePageTexts(texts);
  const editing = useEditing(collection, row);
  const label = collection.labelOf(row);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={props.isSelected}
      className={styles["row"]}
      style={{
        gridTemplateColumns: props.template,
        transform: `translateY(${props.start}px)`,
        position: "absolute",
        insetInline: 0,
      }}
    >
      <div role="gridcell" className={styles["check"]}>
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={say("table.select", { label })}
          checked={props.isSelected}
          onChange={() => props.onToggle(row.id)}
        />
      </div>
      {props.columns.map(({ field }, column) =>
        editing.field === field.name ? (
          <div
            key={field.name}
            role="gridcell"
            className={styles["editing"]}
            data-pinned={isPinned(props.columns[column])}
            style={pinnedStyleOf(props.columns[column])}
          >
            <CellEditor
              field={field}
              value={row[field.name] ?? null}
              onDone={(value) => {
                void editing.finish(field, value);
                refocus(index, column);
              }}
              onCancel={() => {
                editing.cancel();
                refocus(index, column);
              }}
            />
          </div>
        ) : (
          <GridCell
            key={field.name}
            {...props}
            field={field}
            column={column}
            label={label}
            onEdit={() => editing.begin(field.name)}
          />
        ),
      )}
    </div>
  );
});

function isPinned(column: Column | undefined): true | undefined {
  return (column?.pinnedAt ?? null) !== null || undefined;
}

function pinnedStyleOf(column: Column | undefined) {
  return column && pinnedStyle(column);
}

/** The cell that was edited gets the keyboard back. */
function refocus(row: number, column: number) {
  requestAnimationFrame(() =>
    document
      .querySelector<HTMLElement>(`[data-cell="${row}:${column}"]`)
      ?.focus(),
  );
}

function GridCell(
  props: Props & {
    readonly field: Field;
    readonly column: number;
    readonly label: string;
    readonly onEdit: () => void;
  },
) {
  const { application } = useConsole();
  const { t, i18n } = useTranslation();
  const { field, row, index, column, collection } = props;
  const text = shown({ application, language: i18n.language, t }, field, row);
  const isNumber = ["integer", "number", "decimal"].includes(field.type);
  const mayEdit = collection.allows("update") && isEditedInPlace(field);
  return (
    <div
      role="gridcell"
      aria-colindex={column + 2}
      data-cell={`${index}:${column}`}
      tabIndex={props.cursorColumn === column ? 0 : -1}
      className={styles["cell"]}
      data-number={isNumber || undefined}
      data-pinned={isPinned(props.columns[column])}
      style={pinnedStyleOf(props.columns[column])}
      onFocus={() => props.onCursor({ row: index, column })}
      onClick={() => column === 0 && props.onOpen(row.id)}
      onDoubleClick={() => (mayEdit ? props.onEdit() : props.onOpen(row.id))}
      onKeyDown={(event) => {
        if (event.key === "F2" && mayEdit) {
          event.preventDefault();
          props.onEdit();
        }
      }}
    >
      <span
        className={column === 0 ? styles["first"] : styles["cut"]}
        dir="auto"
      >
        {column === 0 && text === "" ? props.label : text}
      </span>
    </div>
  );
}
