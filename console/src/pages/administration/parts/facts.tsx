import type { ReactNode } from "react";

import styles from "./facts.module.css";

/** What is known of something: a name and a value each. */
export function Facts(props: {
  readonly facts: readonly (readonly [name: string, value: ReactNode])[];
}) {
  return (
    <dl className={styles["facts"]}>
      {props.facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
