import { Button, Group, Stack } from "@mantine/core";
import type { ApplicationDefinition } from "mainstay-client";
import { useMemo, useState } from "react";

import { usePageTexts } from "../../../i18n/page-texts.ts";
import { DataTable } from "../parts/data-table.tsx";
import styles from "./definition.module.css";
import { BOX_HEIGHT, BOX_WIDTH, layOut, type Box } from "./layout.ts";
import { texts } from "./texts.ts";

type Collection = ApplicationDefinition["collections"][number];
const ZOOMS = [0.5, 0.65, 0.8, 1, 1.25, 1.5];

/** The collections as boxes with their relations as lines, and the same as a table. */
export function Diagram(props: {
  readonly definition: ApplicationDefinition;
  readonly onOpen: (collection: string) => void;
}) {
  const { collections } = props.definition;
  const say = usePageTexts(texts);
  const [zoom, setZoom] = useState(2);
  const relations = useMemo(() => relationsOf(collections), [collections]);
  const layout = useMemo(
    () =>
      layOut(
        collections.map(({ name }) => name),
        relations,
      ),
    [collections, relations],
  );
  const boxes = new Map(layout.boxes.map((box) => [box.name, box]));
  const scale = ZOOMS[zoom] ?? 1;
  return (
    <Stack gap="md">
      <Group gap="xs">
        <Button
          variant="default"
          size="xs"
          disabled={zoom === 0}
          onClick={() => setZoom(zoom - 1)}
        >
          {say("smaller")}
        </Button>
        <Button
          variant="default"
          size="xs"
          disabled={zoom === ZOOMS.length - 1}
          onClick={() => setZoom(zoom + 1)}
        >
          {say("larger")}
        </Button>
      </Group>
      <div
        className={styles["canvas"]}
        tabIndex={0}
        role="region"
        aria-label={say("diagram")}
      >
        <svg
          width={layout.width * scale}
          height={layout.height * scale}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
        >
          <g aria-hidden="true">
            {relations.map(({ from, field, to }) => (
              <path
                key={`${from}.${field}`}
                className={styles["edge"]}
                d={pathOf(boxes.get(from), boxes.get(to))}
              />
            ))}
          </g>
          {collections.map((collection) => (
            <CollectionBox
              key={collection.name}
              collection={collection}
              box={boxes.get(collection.name)}
              onOpen={() => props.onOpen(collection.name)}
            />
          ))}
        </svg>
      </div>
      <details>
        <summary className={styles["summary"]}>{say("relations")}</summary>
        <DataTable
          label={say("diagram")}
          items={relations}
          keyOf={({ from, field }) => `${from}.${field}`}
          columns={[
            { title: say("from"), cell: ({ from }) => from },
            { title: say("field"), cell: ({ field }) => field },
            {
              title: say("leadsTo"),
              cell: ({ to, isMany }) =>
                `${to} (${say(isMany ? "many" : "one")})`,
            },
            {
              title: say("onDelete"),
              cell: ({ onDelete }) =>
                onDelete === undefined ? "–" : say(`onDeletes.${onDelete}`),
            },
          ]}
        />
      </details>
    </Stack>
  );
}

function CollectionBox(props: {
  readonly collection: Collection;
  readonly box: Box | undefined;
  readonly onOpen: () => void;
}) {
  const { box, collection, onOpen } = props;
  const say = usePageTexts(texts);
  if (box === undefined) {
    return null;
  }
  const { title, made_by: madeBy, fields } = collection;
  return (
    <g
      role="button"
      tabIndex={0}
      className={styles["box"]}
      data-made={madeBy !== null}
      transform={`translate(${box.x} ${box.y})`}
      onClick={onOpen}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          onOpen();
        }
      }}
    >
      <rect width={BOX_WIDTH} height={BOX_HEIGHT} rx={8} />
      <text x={12} y={24} className={styles["name"]}>
        {title.length > 22 ? `${title.slice(0, 21)}…` : title}
      </text>
      <text x={12} y={43} className={styles["count"]}>
        {say("fields", {
          count: fields.filter(({ system }) => !system).length,
        })}
      </text>
    </g>
  );
}

function relationsOf(collections: readonly Collection[]) {
  return collections.flatMap((collection) =>
    collection.fields.flatMap((field) =>
      // Who made a record is asked of every collection: the lines would hide the others.
      field.type !== "relation" || field.to === undefined || field.system
        ? []
        : [
            {
              from: collection.name,
              field: field.name,
              to: field.to,
              isMany: field.many === true,
              onDelete: field.on_delete,
            },
          ],
    ),
  );
}

/** From the left side of a box to the right side of the one that it leads to; around, where that stands elsewhere. */
function pathOf(from: Box | undefined, to: Box | undefined): string {
  if (from === undefined || to === undefined) {
    return "";
  }
  const y1 = from.y + BOX_HEIGHT / 2;
  const y2 = to.y + BOX_HEIGHT / 2;
  if (to.x < from.x) {
    const x1 = from.x;
    const x2 = to.x + BOX_WIDTH;
    const half = (x1 - x2) / 2;
    return `M${x1} ${y1} C${x1 - half} ${y1} ${x2 + half} ${y2} ${x2} ${y2}`;
  }
  const x1 = from.x + BOX_WIDTH;
  const x2 = to.x + BOX_WIDTH;
  const out = Math.max(x1, x2) + 40;
  const end = from === to ? y2 + BOX_HEIGHT / 4 : y2;
  return `M${x1} ${y1} C${out} ${y1} ${out} ${end} ${x2} ${end}`;
}
