import { Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";

import type { ListQuery } from "../../api/console-client.ts";
import type { Collection } from "../../application/application.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import type { Columns } from "./columns.ts";
import { Grid } from "./grid.tsx";
import { GridSkeleton } from "./grid-skeleton.tsx";
import type { List } from "./list.ts";
import type { Preset } from "./preset.ts";
import type { Selection } from "./selection.ts";
import { texts } from "./texts.ts";
import type { Kind, Look } from "./use-look.ts";
import type { Range } from "./use-range.ts";
import styles from "./records.module.css";

const Board = lazy(async () => ({
  default: (await import("./board/board.tsx")).Board,
}));
const Calendar = lazy(async () => ({
  default: (await import("./calendar/calendar.tsx")).Calendar,
}));
const Gallery = lazy(async () => ({
  default: (await import("./gallery/gallery.tsx")).Gallery,
}));

/** What every view of the records has. */
export interface ViewProps {
  readonly collection: Collection;
  readonly columns: Columns;
  readonly look: Look;
  readonly list: List;
  readonly query: ListQuery;
  readonly onOpen: (id: string) => void;
  /** Begins a record; null for somebody who may not. */
  readonly onCreate: ((preset: Preset) => void) | null;
}

interface Props extends ViewProps {
  readonly range: Range;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
}

/** The records in the way that was chosen; all but the table are loaded when somebody wants them. */
export function ViewBody(props: Props) {
  const { look, columns } = props;
  if (look.kind === "table") {
    return <Grid {...props} />;
  }
  return (
    <Suspense fallback={<ViewSkeleton kind={look.kind} columns={columns} />}>
      {look.kind === "board" ? (
        <Board {...props} />
      ) : look.kind === "calendar" ? (
        <Calendar {...props} />
      ) : (
        <Gallery {...props} />
      )}
    </Suspense>
  );
}

const TWELVE = [...Array(12).keys()];

/** The view before its records are there, in the same shape. */
export function ViewSkeleton(props: {
  readonly kind: Kind;
  readonly columns: Columns;
}) {
  const say = usePageTexts(texts);
  const { kind, columns } = props;
  if (kind === "table") {
    return <GridSkeleton columns={columns.shown} />;
  }
  return (
    <div
      className={styles[`${kind}Skeleton`]}
      role="status"
      aria-label={say("table.loading")}
    >
      {kind === "calendar" ? (
        <Skeleton height="100%" />
      ) : (
        TWELVE.map((card) => <Skeleton key={card} height={92} />)
      )}
    </div>
  );
}
