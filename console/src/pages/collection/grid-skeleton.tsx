import { Skeleton } from "@mantine/core";

import { usePageTexts } from "../../i18n/page-texts.ts";
import type { Column } from "./columns.ts";
import styles from "./grid.module.css";
import { texts } from "./texts.ts";

const ROWS = [...Array(14).keys()];

/** The table before its records are there, with the same rows and columns. */
export function GridSkeleton(props: { readonly columns: readonly Column[] }) {
  const say = usePageTexts(texts);
  const template = `2.5rem ${props.columns.map(({ width }) => `${width}px`).join(" ")}`;
  return (
    <div
      className={styles["scroller"]}
      role="status"
      aria-label={say("table.loading")}
    >
      <div className={styles["head"]}>
        <div
          className={styles["row"]}
          style={{ gridTemplateColumns: template }}
        >
          <span />
          {props.columns.map(({ field }) => (
            <span key={field.name} className={styles["headCell"]}>
              <span className={styles["cut"]}>{field.title}</span>
            </span>
          ))}
        </div>
      </div>
      <div className={styles["body"]}>
        {ROWS.map((row) => (
          <div
            key={row}
            className={styles["row"]}
            style={{ gridTemplateColumns: template }}
          >
            <span />
            {props.columns.map(({ field }) => (
              <span key={field.name} className={styles["cell"]}>
                <Skeleton height={12} width={row % 2 === 0 ? "70%" : "50%"} />
              </span>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
