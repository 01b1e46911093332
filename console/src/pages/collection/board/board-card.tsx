import { useDraggable } from "@dnd-kit/core";
import type { KeyboardEvent, ReactNode } from "react";

import type { Collection, Field } from "../../../application/application.ts";
import type { Row } from "../../../application/row.ts";
import { CardFields } from "../card.tsx";
import styles from "./board.module.css";

interface Shown {
  readonly collection: Collection;
  readonly row: Row;
  readonly fields: readonly Field[];
}

type Props = Shown &
  (
    | {
        /** Under the pointer, while its place is empty. */ readonly isOverlay: true;
      }
    | {
        readonly isOverlay?: false;
        readonly column: string;
        readonly mayMove: boolean;
        readonly isCarried: boolean;
        readonly carriedByKeys: boolean;
        readonly onOpen: () => void;
        readonly onLift: () => void;
        readonly onSteer: (event: KeyboardEvent) => void;
        readonly onLeave: () => void;
        /** An arrow key without a card in hand; was it one? */
        readonly onWalk: (key: string) => boolean;
        readonly menu: ReactNode;
      }
  );

export function BoardCard(props: Props) {
  if (props.isOverlay === true) {
    return (
      <div className={styles["card"]} data-overlay>
        <span className={styles["label"]}>
          {props.collection.labelOf(props.row)}
        </span>
        <CardFields fields={props.fields} row={props.row} />
      </div>
    );
  }
  return <LyingCard {...props} />;
}

function LyingCard(props: Extract<Props, { readonly column: string }>) {
  const { collection, row, fields, mayMove } = props;
  const { setNodeRef, listeners } = useDraggable({
    id: row.id,
    disabled: !mayMove,
  });

  function act(event: KeyboardEvent) {
    if (props.carriedByKeys) {
      props.onSteer(event);
    } else if (event.key === " " && mayMove) {
      event.preventDefault();
      props.onLift();
    } else if (props.onWalk(event.key)) {
      event.preventDefault();
    }
  }

  return (
    <li
      ref={setNodeRef}
      className={styles["card"]}
      data-card={row.id}
      data-column={props.column}
      data-carried={props.isCarried || undefined}
      data-movable={mayMove || undefined}
      {...listeners}
    >
      <div className={styles["cardHead"]}>
        <button
          type="button"
          className={styles["label"]}
          data-label
          dir="auto"
          aria-describedby="board-keys"
          onClick={props.onOpen}
          onKeyDown={act}
          // The space bar has lifted the card: letting go of it must not press the button.
          onKeyUp={(event) => event.key === " " && event.preventDefault()}
          onBlur={() => props.carriedByKeys && props.onLeave()}
        >
          {collection.labelOf(row)}
        </button>
        {props.menu}
      </div>
      <CardFields fields={fields} row={row} />
    </li>
  );
}
