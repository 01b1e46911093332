import { usePageTexts } from "../i18n/page-texts.ts";
import { texts } from "./mark-texts.ts";
import styles from "./pending-mark.module.css";
import { useOffline } from "./state.ts";

/** Marks a record whose changes wait. */
export function PendingMark(props: {
  readonly collection: string;
  readonly id: string;
}) {
  const say = usePageTexts(texts);
  const { pending } = useOffline();
  const waits = pending.some(
    ({ collection, id }) => collection === props.collection && id === props.id,
  );
  return waits ? (
    <span
      className={styles["mark"]}
      role="img"
      aria-label={say("waits")}
      title={say("waits")}
    />
  ) : null;
}
