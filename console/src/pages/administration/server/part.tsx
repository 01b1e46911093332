import type { ReactNode } from "react";

import styles from "./server.module.css";

/** Some things about the server that belong together. */
export function Part(props: {
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <section className={styles["part"]}>
      <h2 className={styles["heading"]}>{props.title}</h2>
      {props.children}
    </section>
  );
}
