import { Text } from "@mantine/core";
import { useId, type ReactNode } from "react";

import styles from "./admin-page.module.css";

/** A page of administration: what it is about, what can be begun, and the rest. */
export function AdminPage(props: {
  readonly title: string;
  readonly text: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={styles["page"]} aria-labelledby={id}>
      <div className={styles["head"]}>
        <div className={styles["words"]}>
          <h1 id={id} className={styles["title"]}>
            {props.title}
          </h1>
          <Text c="dimmed" size="sm">
            {props.text}
          </Text>
        </div>
        {props.actions !== undefined && (
          <div className={styles["actions"]}>{props.actions}</div>
        )}
      </div>
      {props.children}
    </section>
  );
}
