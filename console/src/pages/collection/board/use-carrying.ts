import {
  MouseSensor,
  pointerWithin,
  TouchSensor,
  useSensor,
  useSensors,
  type DragMoveEvent,
} from "@dnd-kit/core";
import { notifications } from "@mantine/notifications";
import { useRef, useState, type KeyboardEvent } from "react";

import type { Collection, Field } from "../../../application/application.ts";
import type { Row } from "../../../application/row.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { texts } from "../texts.ts";
import { useChanging } from "../use-changing.ts";
import type { Stack } from "./groups.ts";
import { changesFor, spotOf, type Sorting, type Spot } from "./moves.ts";

interface Parts {
  readonly collection: Collection;
  readonly stacks: readonly Stack[];
  readonly field: Field;
  readonly sorting: Sorting;
}

/** A card on its way. */
interface Carried {
  readonly row: Row;
  readonly spot: Spot;
  readonly by: "pointer" | "keyboard";
}

export type Carrying = ReturnType<typeof useCarrying>;

/** Moves cards: by mouse, by touch after a moment, by keyboard, and by the menu of a card. */
export function useCarrying({ collection, stacks, field, sorting }: Parts) {
  const say = usePageTexts(texts);
  const change = useChanging(collection);
  const board = useRef<HTMLDivElement>(null);
  const [carried, setCarried] = useState<Carried | null>(null);
  const [said, setSaid] = useState("");
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 5 } }),
    // A short touch scrolls.
    useSensor(TouchSensor, {
      activationConstraint: { delay: 250, tolerance: 8 },
    }),
  );
  const rowOf = (id: string) =>
    stacks.flatMap(({ rows }) => rows).find((row) => row.id === id);

  /** Where that is, in words. */
  function words(row: Row, { key, index }: Spot): string {
    const stack = stacks.find((one) => one.key === key);
    const others = stack?.rows.filter(({ id }) => id !== row.id).length ?? 0;
    const column = stack?.title ?? "";
    return sorting.field === null
      ? column
      : say("board.spot", { column, place: index + 1, count: others + 1 });
  }

  async function put(row: Row, spot: Spot) {
    setCarried(null);
    const label = collection.labelOf(row);
    const changes = changesFor(stacks, row, spot, field, sorting);
    if (changes === null) {
      notifications.show({ color: "red", message: say("board.noRoom") });
      return;
    }
    const where = words(row, spot);
    setSaid(say("board.put", { label, where }));
    focusCard(row.id);
    if (changes.length > 0) {
      const text = say("board.moved", { label });
      const isSaved = await change(changes, { text, over: "any version" });
      if (!isSaved) {
        setSaid(say("board.back", { label }));
      }
      focusCard(row.id);
    }
  }

  function lift(row: Row, by: Carried["by"]) {
    const spot = spotOf(stacks, row.id);
    if (spot !== null) {
      setCarried({ row, spot, by });
      const label = collection.labelOf(row);
      setSaid(say("board.lifted", { label, where: words(row, spot) }));
    }
  }

  function over(row: Row, spot: Spot, by: Carried["by"]) {
    if (carried?.spot.key !== spot.key || carried.spot.index !== spot.index) {
      setCarried({ row, spot, by });
      setSaid(words(row, spot));
    }
  }

  function cancel() {
    if (carried !== null) {
      setCarried(null);
      const label = collection.labelOf(carried.row);
      setSaid(say("board.cancelled", { label }));
    }
  }

  function dragOver(event: DragMoveEvent) {
    const row = rowOf(String(event.active.id));
    const box = event.active.rect.current.translated;
    if (row === undefined || event.over === null || box === null) {
      return;
    }
    const key = String(event.over.id).slice("column:".length);
    const index = indexAt(board.current, key, row.id, box.top + box.height / 2);
    over(row, { key, index }, "pointer");
  }

  /** The keys of a card that is on its way. */
  function steer(event: KeyboardEvent) {
    if (carried === null) {
      return;
    }
    const { row, spot } = carried;
    const next = steered(event.key, stacks, row, spot, sorting.field !== null);
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      void put(row, spot);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      cancel();
    } else if (next !== null) {
      event.preventDefault();
      over(row, next, "keyboard");
      revealSpot();
    }
  }

  return {
    board,
    said,
    carried,
    /** The card under the pointer. */
    lifted: carried?.by === "pointer" ? carried.row : null,
    lift: (row: Row) => lift(row, "keyboard"),
    put,
    cancel,
    steer,
    context: {
      sensors,
      collisionDetection: pointerWithin,
      // What is happening is said by the board itself.
      accessibility: {
        announcements: {
          onDragStart: () => undefined,
          onDragOver: () => undefined,
          onDragEnd: () => undefined,
          onDragCancel: () => undefined,
        },
        screenReaderInstructions: { draggable: "" },
      },
      onDragStart: ({ active }: { active: { id: string | number } }) => {
        const row = rowOf(String(active.id));
        if (row !== undefined) {
          lift(row, "pointer");
        }
      },
      onDragMove: dragOver,
      onDragEnd: ({ over: at }: { over: unknown }) => {
        if (carried !== null && at !== null) {
          void put(carried.row, carried.spot);
        } else {
          cancel();
        }
      },
      onDragCancel: cancel,
    },
  };
}

/** Where an arrow key leads with a card in hand. */
function steered(
  key: string,
  stacks: readonly Stack[],
  row: Row,
  spot: Spot,
  isByHand: boolean,
): Spot | null {
  const at = stacks.findIndex((stack) => stack.key === spot.key);
  const forwards = document.documentElement.dir === "rtl" ? -1 : 1;
  const others = (number: number) =>
    stacks[number]?.rows.filter(({ id }) => id !== row.id).length ?? 0;
  const beside = (by: number): Spot | null => {
    const stack = stacks[at + by];
    return stack === undefined
      ? null
      : { key: stack.key, index: Math.min(spot.index, others(at + by)) };
  };
  switch (key) {
    case "ArrowRight":
      return beside(forwards);
    case "ArrowLeft":
      return beside(-forwards);
    case "ArrowDown":
      return isByHand
        ? { ...spot, index: Math.min(spot.index + 1, others(at)) }
        : null;
    case "ArrowUp":
      return isByHand ? { ...spot, index: Math.max(spot.index - 1, 0) } : null;
    default:
      return null;
  }
}

/** In front of which card of a column something hangs at this height. */
function indexAt(
  board: HTMLElement | null,
  key: string,
  moved: string,
  y: number,
): number {
  const cards = [
    ...(board?.querySelectorAll<HTMLElement>("[data-card]") ?? []),
  ].filter(
    (card) => card.dataset["column"] === key && card.dataset["card"] !== moved,
  );
  const behind = cards.findIndex((card) => {
    const { top, height } = card.getBoundingClientRect();
    return y < top + height / 2;
  });
  return behind < 0 ? cards.length : behind;
}

/** A card that has come into another column is another element: it gets the keyboard back. */
export function focusCard(id: string) {
  requestAnimationFrame(() =>
    document
      .querySelector<HTMLElement>(`[data-card="${id}"] [data-label]`)
      ?.focus(),
  );
}

function revealSpot() {
  requestAnimationFrame(() =>
    document
      .querySelector("[data-spot]")
      ?.scrollIntoView({ block: "nearest", inline: "nearest" }),
  );
}
