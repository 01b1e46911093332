import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";

import { usePageTexts } from "../../../i18n/page-texts.ts";
import { CardFields, cardFields } from "../card.tsx";
import { texts } from "../texts.ts";
import type { ViewProps } from "../view-body.tsx";
import styles from "./gallery.module.css";

/** Records as cards, one beside the other. */
export function Gallery(props: ViewProps) {
  const { collection, columns, list, onOpen } = props;
  const say = usePageTexts(texts);
  const end = useRef<HTMLDivElement>(null);
  const fields = cardFields(collection, columns);
  const { hasMore, loadMore } = list;
  useEffect(() => {
    const mark = end.current;
    if (!hasMore || mark === null) {
      return undefined;
    }
    const seen = new IntersectionObserver(
      (entries) => entries.some((one) => one.isIntersecting) && loadMore(),
      { rootMargin: "600px" },
    );
    seen.observe(mark);
    return () => seen.disconnect();
  });
  return (
    <div className={styles["scroller"]}>
      <ul className={styles["cards"]} aria-label={collection.title}>
        {list.rows.map((row) => (
          <li key={row.id} className={styles["card"]}>
            <button
              type="button"
              className={styles["label"]}
              dir="auto"
              onClick={() => onOpen(row.id)}
            >
              {collection.labelOf(row)}
            </button>
            <CardFields fields={fields} row={row} />
          </li>
        ))}
      </ul>
      {hasMore && (
        <div ref={end} className={styles["end"]}>
          <Button
            variant="default"
            loading={list.isLoadingMore}
            onClick={loadMore}
          >
            {say("gallery.more")}
          </Button>
        </div>
      )}
    </div>
  );
}
