import { useDroppable } from "@dnd-kit/core";
import { ActionIcon } from "@mantine/core";
import { Fragment } from "react";

import type { Field } from "../../../application/application.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Icon } from "../../../ui/icon.tsx";
import { texts } from "../texts.ts";
import type { ViewProps } from "../view-body.tsx";
import { BoardCard } from "./board-card.tsx";
import styles from "./board.module.css";
import { CardMenu } from "./card-menu.tsx";
import type { Stack } from "./groups.ts";
import { focusCard, type Carrying } from "./use-carrying.ts";

interface Props extends ViewProps {
  readonly stack: Stack;
  readonly stacks: readonly Stack[];
  readonly fields: readonly Field[];
  readonly field: Field;
  readonly carrying: Carrying;
  readonly mayMove: boolean;
  /** Are the cards of a column put in order by hand? */
  readonly isByHand: boolean;
}

export function BoardColumn(props: Props) {
  const { collection, stack, stacks, field, carrying, isByHand } = props;
  const say = usePageTexts(texts);
  const { setNodeRef } = useDroppable({ id: `column:${stack.key}` });
  const { carried } = carrying;
  const spot = carried?.spot.key === stack.key ? carried.spot : null;
  const others = stack.rows.filter(({ id }) => id !== carried?.row.id);
  const marked =
    spot === null || !isByHand ? undefined : others[spot.index]?.id;
  const heading = `column-${stack.key || "none"}`;
  return (
    <section
      ref={setNodeRef}
      className={styles["column"]}
      aria-labelledby={heading}
      data-over={spot !== null || undefined}
    >
      <header className={styles["head"]}>
        <h2 id={heading} className={styles["title"]} dir="auto">
          {stack.title}
        </h2>
        <span className={styles["count"]}>
          <span aria-hidden="true">{stack.rows.length}</span>
          <span className={styles["hidden"]}>
            {say("table.count", { count: stack.rows.length })}
          </span>
        </span>
        {props.onCreate !== null && (
          <ActionIcon
            variant="subtle"
            size="sm"
            aria-label={say("board.newIn", { column: stack.title })}
            onClick={() => props.onCreate?.({ [field.name]: stack.value })}
          >
            <Icon name="plus" size={16} />
          </ActionIcon>
        )}
      </header>
      {/* A list that scrolls has the keyboard for it: its cards. */}
      <ul className={styles["cards"]}>
        {stack.rows.map((row) => (
          <Fragment key={row.id}>
            {marked === row.id && <Mark />}
            <BoardCard
              collection={collection}
              row={row}
              fields={props.fields}
              column={stack.key}
              mayMove={props.mayMove}
              isCarried={carried?.row.id === row.id}
              carriedByKeys={
                carried?.row.id === row.id && carried.by === "keyboard"
              }
              onOpen={() => props.onOpen(row.id)}
              onLift={() => carrying.lift(row)}
              onSteer={carrying.steer}
              onLeave={carrying.cancel}
              onWalk={(key) => walk(key, stacks, row.id)}
              menu={
                props.mayMove && (
                  <CardMenu
                    label={collection.labelOf(row)}
                    stack={stack}
                    stacks={stacks}
                    index={stack.rows.indexOf(row)}
                    isByHand={isByHand}
                    onPut={(to) => void carrying.put(row, to)}
                  />
                )
              }
            />
          </Fragment>
        ))}
        {spot !== null && isByHand && marked === undefined && <Mark />}
        {stack.rows.length === 0 && spot === null && (
          <li className={styles["empty"]}>{say("board.empty")}</li>
        )}
      </ul>
    </section>
  );
}

/** Where the card will stand. */
function Mark() {
  return <li className={styles["mark"]} data-spot aria-hidden="true" />;
}

/** Goes to the card beside one; without a card in hand the arrow keys only look. */
function walk(key: string, stacks: readonly Stack[], id: string): boolean {
  const at = stacks.findIndex(({ rows }) => rows.some((row) => row.id === id));
  const rows = stacks[at]?.rows ?? [];
  const index = rows.findIndex((row) => row.id === id);
  const forwards = document.documentElement.dir === "rtl" ? -1 : 1;
  const beside = (way: number) => {
    const filled = (
      way > 0 ? stacks.slice(at + 1) : stacks.slice(0, at).toReversed()
    ).find((stack) => stack.rows.length > 0);
    return filled?.rows[Math.min(index, filled.rows.length - 1)];
  };
  const next = {
    ArrowDown: rows[index + 1],
    ArrowUp: rows[index - 1],
    ArrowRight: beside(forwards),
    ArrowLeft: beside(-forwards),
  }[key];
  if (next !== undefined) {
    focusCard(next.id);
  }
  return key.startsWith("Arrow");
}
