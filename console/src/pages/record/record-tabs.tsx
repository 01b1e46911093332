import { Skeleton, Stack, Tabs } from "@mantine/core";
import { lazy, Suspense, useState, type ReactNode } from "react";

import type { Application, Collection } from "../../application/application.ts";
import type { Row } from "../../application/row.ts";
import { useConsole, type Console } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { RecordForm } from "./record-form.tsx";
import styles from "./record.module.css";
import { texts } from "./texts.ts";

// Each tab comes when it is opened: most people open none but the first.
const Comments = lazy(async () => ({
  default: (await import("./comments/comments.tsx")).Comments,
}));
const Activity = lazy(async () => ({
  default: (await import("./activity.tsx")).Activity,
}));
const Related = lazy(async () => ({
  default: (await import("./related.tsx")).Related,
}));
const Access = lazy(async () => ({
  default: (await import("./access/access.tsx")).Access,
}));
const Versions = lazy(async () => ({
  default: (await import("./versions/versions.tsx")).Versions,
}));
const History = lazy(async () => ({
  default: (await import("./history.tsx")).History,
}));
const RequestView = lazy(async () => ({
  default: (await import("./request-view.tsx")).RecordRequest,
}));

export const TABS = [
  "details",
  "related",
  "comments",
  "access",
  "activity",
  "history",
  "versions",
  "json",
] as const;
export type Tab = (typeof TABS)[number];

interface Props {
  readonly collection: Collection;
  readonly row: Row;
  readonly onDirty: (isDirty: boolean) => void;
  readonly onDone: () => void;
  /** Where the tab stands in the address; without it the tabs remember it themselves. */
  readonly tab?: Tab;
  readonly onTab?: (tab: Tab) => void;
}

/** Everything about one record, beside its list or on a page of its own. */
export function RecordTabs({ collection, row, ...props }: Props) {
  const say = usePageTexts(texts);
  const here = useConsole();
  const [own, setOwn] = useState<Tab>("details");
  const [isDirty, setDirty] = useState(false);
  const shown = tabsOf(here, collection);
  const wanted = props.tab ?? own;
  const tab = shown.includes(wanted) ? wanted : "details";
  const about = { collection, row };
  return (
    <Tabs
      value={tab}
      // What is typed stays while one looks at another tab; the others are made anew.
      keepMounted={false}
      onChange={(next) => {
        const chosen = TABS.find((one) => one === next) ?? "details";
        setOwn(chosen);
        props.onTab?.(chosen);
      }}
    >
      <Tabs.List className={styles["tabs"] ?? ""}>
        {shown.map((one) => (
          <Tabs.Tab key={one} value={one}>
            {say(`tabs.${one}`)}
            {one === "details" && isDirty && " •"}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="details" pt="md" keepMounted>
        <RecordForm
          {...about}
          onDirty={(now) => {
            setDirty(now);
            props.onDirty(now);
          }}
          onDone={props.onDone}
        />
      </Tabs.Panel>
      <Panel value="related" shown={shown} node={<Related {...about} />} />
      <Panel value="comments" shown={shown} node={<Comments {...about} />} />
      <Panel value="access" shown={shown} node={<Access {...about} />} />
      <Panel value="activity" shown={shown} node={<Activity {...about} />} />
      <Panel value="history" shown={shown} node={<History {...about} />} />
      <Panel value="versions" shown={shown} node={<Versions {...about} />} />
      <Panel value="json" shown={shown} node={<RequestView {...about} />} />
    </Tabs>
  );
}

function Panel(props: {
  readonly value: Tab;
  readonly shown: readonly Tab[];
  readonly node: ReactNode;
}) {
  const say = usePageTexts(texts);
  if (!props.shown.includes(props.value)) {
    return null;
  }
  return (
    <Tabs.Panel value={props.value} pt="md">
      <Suspense
        fallback={
          <Stack gap="md" role="status" aria-label={say("loading")}>
            <Skeleton height={48} />
            <Skeleton height={48} />
            <Skeleton height={48} />
          </Stack>
        }
      >
        {props.node}
      </Suspense>
    </Tabs.Panel>
  );
}

function tabsOf(
  { application, link }: Console,
  collection: Collection,
): readonly Tab[] {
  const { about } = collection;
  const isThere: Readonly<Record<Tab, boolean>> = {
    details: true,
    related: relatedOf(application, collection).length > 0,
    comments: about.comments,
    access:
      link === undefined &&
      (about.share !== null || membersOf(application, collection) !== null),
    activity: true,
    history: true,
    versions: link === undefined && isTree(application, collection),
    json: link === undefined,
  };
  return TABS.filter((tab) => isThere[tab]);
}

/** Where other records point here, as far as somebody may see them: members and shares stand elsewhere. */
export function relatedOf(application: Application, { about }: Collection) {
  return about.backs.flatMap((back) => {
    const from = application.collection(back.collection);
    const field = from?.field(back.field);
    return from === undefined || field === undefined || from.about.made
      ? []
      : [{ back, from, field }];
  });
}

/** The collection of the members of the records of another one. */
export function membersOf(
  application: Application,
  { name }: Collection,
): Collection | null {
  const found = application.collections.find(({ about }) => {
    const parent = about.members?.parent;
    return about.fields.some(
      (field) => field.name === parent && field.to === name,
    );
  });
  return found ?? null;
}

/** Does anything go with a record when it is deleted? Then it can be saved and restored together. */
function isTree(application: Application, collection: Collection): boolean {
  return relatedOf(application, collection).some(
    ({ field }) => field.on_delete === "cascade",
  );
}
