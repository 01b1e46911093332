import { DndContext, DragOverlay } from "@dnd-kit/core";
import { Select } from "@mantine/core";
import { useMemo } from "react";

import { mayEver, useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FailureNote } from "../../../ui/failure-note.tsx";
import { cardFields } from "../card.tsx";
import { texts } from "../texts.ts";
import { ViewSkeleton, type ViewProps } from "../view-body.tsx";
import { BoardCard } from "./board-card.tsx";
import { BoardColumn } from "./board-column.tsx";
import styles from "./board.module.css";
import { byPlace, groupFields, stacked } from "./groups.ts";
import type { Sorting } from "./moves.ts";
import { orderField } from "./order.ts";
import { useCarrying } from "./use-carrying.ts";
import { useGroups } from "./use-groups.ts";

/** Records as cards in the columns of one of their fields. */
export function Board(props: ViewProps) {
  const { collection, look } = props;
  const say = usePageTexts(texts);
  const fields = groupFields(collection);
  const field =
    fields.find(({ name }) => name === look.search.group) ?? fields[0];
  return field === undefined ? (
    <p className={styles["note"]}>{say("board.noField")}</p>
  ) : (
    <Columns key={field.name} {...props} field={field} fields={fields} />
  );
}

function Columns(
  props: ViewProps & {
    readonly field: ReturnType<typeof groupFields>[number];
    readonly fields: ReturnType<typeof groupFields>;
  },
) {
  const { collection, columns, look, list, field, fields } = props;
  const say = usePageTexts(texts);
  const here = useConsole();
  const { application } = here;
  const { groups, isPending, error, refetch } = useGroups(field);
  const sorting = sortingOf(props);
  const rows = useMemo(
    () =>
      sorting.field === null
        ? list.rows
        : byPlace(list.rows, sorting.field.name, sorting.descending),
    [list.rows, sorting.field, sorting.descending],
  );
  const stacks = useMemo(
    () =>
      stacked(groups, field, rows, (row) => {
        const target = application.target(field);
        const found = (row["expand"] as Record<string, never> | undefined)?.[
          field.name
        ];
        return target !== undefined && found !== undefined
          ? target.labelOf(found)
          : String(row[field.name]);
      }),
    [groups, field, rows, application],
  );
  const mayMove = mayEver(here, collection.name, "update");
  const carrying = useCarrying({ collection, stacks, field, sorting });
  const shown = cardFields(collection, columns, field.name);

  if (isPending) {
    return <ViewSkeleton kind="board" columns={columns} />;
  }
  if (error !== null) {
    return <FailureNote error={error} retry={() => void refetch()} />;
  }
  return (
    <div className={styles["view"]}>
      <div className={styles["bar"]}>
        {fields.length > 1 && (
          <Select
            size="xs"
            label={say("board.groupBy")}
            className={styles["choice"] ?? ""}
            allowDeselect={false}
            data={fields.map(({ name, title }) => ({
              value: name,
              label: title,
            }))}
            value={field.name}
            onChange={(name) => look.show({ group: name ?? "" })}
          />
        )}
        <p className={styles["note"]}>{noteOf(props, sorting, say)}</p>
      </div>
      <p id="board-keys" className={styles["hidden"]}>
        {say("board.keys")}
      </p>
      <p className={styles["hidden"]} role="status" aria-live="assertive">
        {carrying.said}
      </p>
      <DndContext {...carrying.context}>
        <div className={styles["columns"]} ref={carrying.board}>
          {stacks.map((stack) => (
            <BoardColumn
              key={stack.key}
              {...props}
              stack={stack}
              stacks={stacks}
              fields={shown}
              carrying={carrying}
              mayMove={mayMove}
              isByHand={sorting.field !== null}
            />
          ))}
        </div>
        <DragOverlay dropAnimation={null}>
          {carrying.lifted !== null && (
            <BoardCard
              collection={collection}
              row={carrying.lifted}
              fields={shown}
              isOverlay
            />
          )}
        </DragOverlay>
      </DndContext>
    </div>
  );
}

/** Cards are put in order by hand where the list has the order of the collection. */
function sortingOf({ collection, look, list }: ViewProps): Sorting {
  const { sort = "" } = look.search;
  const { field: name, descending } = collection.about.order;
  const isOwn = sort === "" || sort === (descending ? `-${name}` : name);
  const field = isOwn ? orderField(collection) : null;
  const last = list.rows.at(-1);
  return {
    field,
    descending,
    end:
      field !== null && list.hasMore && last !== undefined
        ? (last[field.name] ?? null)
        : null,
  };
}

function noteOf(
  { collection, look, list }: ViewProps,
  sorting: Sorting,
  say: ReturnType<typeof usePageTexts<"collection">>,
): string {
  if (list.hasMore) {
    return say("board.more", { count: list.rows.length });
  }
  const { sort } = look.search;
  if (sorting.field !== null || sort === undefined) {
    return "";
  }
  const name = sort.split(",")[0]?.replace(/^-/, "") ?? "";
  return say("board.sorted", {
    field: collection.field(name)?.title ?? name,
  });
}
