import { Badge } from "@mantine/core";
import type { ReactNode } from "react";

import styles from "./state-badge.module.css";

/** How something is, in a word; the colour says it again. */
export function StateBadge(props: {
  readonly tone: "good" | "bad" | "plain";
  readonly children: ReactNode;
}) {
  return (
    <span className={styles[props.tone]}>
      <Badge variant="default" className={styles["badge"] ?? ""}>
        {props.children}
      </Badge>
    </span>
  );
}
