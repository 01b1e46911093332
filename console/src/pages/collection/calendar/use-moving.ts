import {
  MouseSensor,
  pointerWithin,
  TouchSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Collection, Field } from "../../../application/application.ts";
import type { Row } from "../../../application/row.ts";
import { localeOf } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { texts } from "../texts.ts";
import { useChanging } from "../use-changing.ts";
import { dayOf, valueOn, type Day } from "./days.ts";
import { longDay } from "./day-words.ts";

export type Moving = ReturnType<typeof useMoving>;

/** Moves records to other days: by mouse, by touch after a moment, and by keyboard. */
export function useMoving(collection: Collection, field: Field) {
  const say = usePageTexts(texts);
  const { i18n } = useTranslation();
  const change = useChanging(collection);
  const [said, setSaid] = useState("");
  /** What the keyboard has in hand, and the day it would go to. */
  const [carried, setCarried] = useState<{ row: Row; day: Day } | null>(null);
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 5 } }),
    // A short touch scrolls.
    useSensor(TouchSensor, {
      activationConstraint: { delay: 250, tolerance: 8 },
    }),
  );
  const words = (day: Day) => longDay(localeOf(i18n.language), day);

  async function put(row: Row, day: Day): Promise<void> {
    setCarried(null);
    const label = collection.labelOf(row);
    setSaid(say("board.put", { label, where: words(day) }));
    if (dayOf(field, row[field.name]) === day) {
      return;
    }
    const values = { [field.name]: valueOn(field, day, row[field.name]) };
    const isSaved = await change([{ row, values }], {
      text: say("board.moved", { label }),
      over: "any version",
    });
    if (!isSaved) {
      setSaid(say("board.back", { label }));
    }
  }

  return {
    said,
    carried,
    put,
    lift: (row: Row, day: Day) => {
      const label = collection.labelOf(row);
      setCarried({ row, day });
      setSaid(say("board.lifted", { label, where: words(day) }));
    },
    over: (row: Row, day: Day) => {
      setCarried({ row, day });
      setSaid(words(day));
    },
    cancel: () => {
      if (carried !== null) {
        const label = collection.labelOf(carried.row);
        setCarried(null);
        setSaid(say("board.cancelled", { label }));
      }
    },
    context: (rows: readonly Row[]) => ({
      sensors,
      collisionDetection: pointerWithin,
      // What is happening is said by the calendar itself.
      accessibility: {
        announcements: {
          onDragStart: () => undefined,
          onDragOver: () => undefined,
          onDragEnd: () => undefined,
          onDragCancel: () => undefined,
        },
        screenReaderInstructions: { draggable: "" },
      },
      onDragEnd: (event: {
        active: { id: string | number };
        over: { id: string | number } | null;
      }) => {
        const row = rows.find(({ id }) => id === event.active.id);
        if (row !== undefined && event.over !== null) {
          void put(row, String(event.over.id).slice("day:".length));
        }
      },
    }),
  };
}
