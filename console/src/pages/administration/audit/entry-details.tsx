import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { AuditEntry } from "mainstay-client";
import { useTranslation } from "react-i18next";

import type { Json } from "../../../application/row.ts";
import { useConsole } from "../../../console.tsx";
import { shownValue } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Facts } from "../parts/facts.tsx";
import type { AuditSearch } from "./audit.tsx";
import styles from "./audit.module.css";
import { texts } from "./texts.ts";

type Values = Readonly<Record<string, Json>>;

/** Before and after, and where the act came from. */
export function EntryDetails(props: {
  readonly entry: AuditEntry;
  readonly onNarrow: (more: AuditSearch) => void;
}) {
  const { entry, onNarrow } = props;
  const say = usePageTexts(texts);
  const { application } = useConsole();
  const { collection, record_id: record, request_id: request } = entry;
  const { old: before, new: after, ...others } = entry.payload;
  const isRecord =
    record !== null &&
    collection !== null &&
    application.collection(collection) !== undefined;
  return (
    <Stack gap="sm" className={styles["details"] ?? ""}>
      {entry.erased && <Text size="sm">{say("erased")}</Text>}
      {(isValues(before) || isValues(after)) && (
        <Changes
          collection={collection}
          before={isValues(before) ? before : {}}
          after={isValues(after) ? after : {}}
        />
      )}
      {Object.keys(others).length > 0 && (
        <div>
          <Text size="sm" c="dimmed">
            {say("more")}
          </Text>
          <pre
            className={styles["json"]}
            tabIndex={0}
            role="region"
            aria-label={say("more")}
          >
            {JSON.stringify(others, null, 2)}
          </pre>
        </div>
      )}
      <Facts
        facts={[
          [say("entry"), entry.seq],
          ...(entry.version === null
            ? []
            : [[say("version"), entry.version] as const]),
          ...(entry.withheld.length === 0
            ? []
            : [[say("withheld"), entry.withheld.join(", ")] as const]),
          ...(record === null ? [] : [[say("record"), record] as const]),
          ...(request === null ? [] : [[say("request"), request] as const]),
        ]}
      />
      <Group gap="xs">
        {isRecord && (
          <Anchor
            component={Link}
            to="/collections/$collection"
            params={{ collection } as never}
            search={{ record } as never}
            size="sm"
          >
            {say("openRecord")}
          </Anchor>
        )}
        {isRecord && (
          <Button
            variant="default"
            size="xs"
            onClick={() => onNarrow({ collection, record })}
          >
            {say("allOfRecord")}
          </Button>
        )}
        {request !== null && (
          <Button
            variant="default"
            size="xs"
            onClick={() => onNarrow({ request })}
          >
            {say("allOfRequest")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Changes(props: {
  readonly collection: string | null;
  readonly before: Values;
  readonly after: Values;
}) {
  const { before, after } = props;
  const say = usePageTexts(texts);
  const { t, i18n } = useTranslation();
  const { application } = useConsole();
  const collection = application.collection(props.collection ?? "");
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    // Every record has them, and the entry says the same.
    .filter((name) => collection?.field(name)?.system !== true)
    .sort();
  const text = (name: string, value: Json | undefined) => {
    const field = collection?.field(name);
    const shown =
      field === undefined
        ? JSON.stringify(value ?? null)
        : shownValue({ language: i18n.language, t }, field, value);
    return shown === "" ? say("nothing") : shown;
  };
  if (names.length === 0) {
    return null;
  }
  return (
    <table className={styles["changes"]} aria-label={say("changes")}>
      <thead>
        <tr>
          <th scope="col">{say("field")}</th>
          <th scope="col">{say("before")}</th>
          <th scope="col">{say("after")}</th>
        </tr>
      </thead>
      <tbody>
        {names.map((name) => (
          <tr key={name}>
            <th scope="row">{collection?.field(name)?.title ?? name}</th>
            <td>{name in before && <del>{text(name, before[name])}</del>}</td>
            <td>{name in after && <ins>{text(name, after[name])}</ins>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
