import { Text } from "@mantine/core";
import { useId, type ReactNode } from "react";

import styles from "./account.module.css";

/** A part of a page of the account, under its own heading. */
export function Part(props: {
  readonly title: string;
  readonly text?: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={styles["part"]} aria-labelledby={id}>
      <div>
        <h2 className={styles["heading"]} id={id}>
          {props.title}
        </h2>
        {props.text !== undefined && (
          <Text size="sm" c="dimmed">
            {props.text}
          </Text>
        )}
      </div>
      {props.children}
    </section>
  );
}

/** One of several things: what it is, and what can be done with it. */
export function Entry(props: {
  readonly title: ReactNode;
  readonly lines: readonly string[];
  readonly actions?: ReactNode;
}) {
  return (
    <li className={styles["entry"]}>
      <div className={styles["words"]}>
        <Text size="sm" fw={550} dir="auto">
          {props.title}
        </Text>
        {props.lines.map((line) => (
          <Text key={line} size="sm" c="dimmed">
            {line}
          </Text>
        ))}
      </div>
      {props.actions}
    </li>
  );
}

export function Entries(props: { readonly children: ReactNode }) {
  return <ul className={styles["entries"]}>{props.children}</ul>;
}
