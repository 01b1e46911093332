import type { ReactNode } from "react";

import styles from "./data-table.module.css";

export interface Column<T> {
  readonly title: string;
  readonly cell: (item: T) => ReactNode;
}

interface Props<T> {
  readonly label: string;
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  /** The first one names the row. */
  readonly columns: readonly [Column<T>, ...Column<T>[]];
  /** What can be done with a row, at its end. */
  readonly acts?: {
    readonly title: string;
    readonly of: (item: T) => ReactNode;
  };
}

/** A few dozen rows. On a narrow screen each row is a card, whose values have their titles beside them. */
export function DataTable<T>(props: Props<T>) {
  const { acts, items, keyOf, label } = props;
  const [head, ...others] = props.columns;
  // The roles stand here because browsers forget them when a table is laid out as something else.
  return (
    <table role="table" aria-label={label} className={styles["table"]}>
      <thead role="rowgroup">
        <tr role="row">
          {[head, ...others].map(({ title }) => (
            <th key={title} role="columnheader" scope="col">
              {title}
            </th>
          ))}
          {acts !== undefined && (
            <th role="columnheader" scope="col" className={styles["acts"]}>
              <span className={styles["unseen"]}>{acts.title}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {items.map((item) => (
          <tr key={keyOf(item)} role="row">
            <th role="rowheader" scope="row">
              {head.cell(item)}
            </th>
            {others.map(({ title, cell }) => (
              <td key={title} role="cell">
                <span className={styles["label"]} aria-hidden="true">
                  {title}
                </span>
                <span className={styles["value"]}>{cell(item)}</span>
              </td>
            ))}
            {acts !== undefined && (
              <td role="cell" className={styles["acts"]}>
                {acts.of(item)}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
