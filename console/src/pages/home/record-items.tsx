import { Skeleton, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import styles from "./home.module.css";

/** One record in a short list, with what is said about it. */
export interface RecordItem {
  readonly key: string;
  readonly collection: string;
  readonly id: string;
  readonly label: string;
  readonly about: string;
}

interface Props {
  readonly title: string;
  /** In the place of items when there are none. */
  readonly none: string;
  /** Null while they are asked for. */
  readonly items: readonly RecordItem[] | null;
  readonly id: string;
}

/** A short list of records of any collection, each a way to it. */
export function RecordItems({ title, none, items, id }: Props) {
  return (
    <div>
      <h2 className={styles["heading"]} id={id}>
        {title}
      </h2>
      {items === null ? (
        <div className={styles["items"]} aria-hidden="true">
          {[1, 2, 3, 4].map((number) => (
            <div key={number} className={styles["waiting"]}>
              <Skeleton height={14} />
            </div>
          ))}
        </div>
      ) : items.length === 0 ? (
        <Text size="sm" c="dimmed" className={styles["items"] ?? ""}>
          {none}
        </Text>
      ) : (
        <ul className={styles["items"]} aria-labelledby={id}>
          {items.map((item) => (
            <li key={item.key}>
              <Link
                to="/collections/$collection"
                params={{ collection: item.collection }}
                search={{ record: item.id }}
                className={styles["item"]}
              >
                <span className={styles["label"]} dir="auto">
                  {item.label}
                </span>
                <span className={styles["said"]}>{item.about}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
