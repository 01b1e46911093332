import { Skeleton } from "@mantine/core";

import styles from "./shell.module.css";

/** The frame while it is not known yet who is there. */
export function ShellSkeleton() {
  return (
    <div className={styles["shell"]} aria-hidden="true">
      <div className={styles["bar"]}>
        <Skeleton height={18} width={140} />
      </div>
      <div className={styles["side"]}>
        {[1, 2, 3, 4, 5, 6].map((number) => (
          <Skeleton key={number} height={24} my="sm" />
        ))}
      </div>
      <div className={styles["main"]} />
    </div>
  );
}
