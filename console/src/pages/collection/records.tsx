import { Button } from "@mantine/core";
import type { TFunction } from "i18next";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { both, expandOf, searchFilter } from "../../api/records.ts";
import type { Collection } from "../../application/application.ts";
import { mayEver, useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { SHORTCUT_TARGETS } from "../../layout/shortcuts.tsx";
import { Empty } from "../../ui/empty.tsx";
import { FailureNote } from "../../ui/failure-note.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ImportLink } from "../import/import-link.tsx";
import { LazyRecordDrawer, useDrawer } from "../record/lazy-drawer.tsx";
import { useColumns } from "./columns.ts";
import { useLiveList } from "./live.ts";
import { PAGES, useList } from "./list.ts";
import { newWith, type Preset } from "./preset.ts";
import styles from "./records.module.css";
import { NOTHING, type Selection } from "./selection.ts";
import { SelectionBar } from "./selection-bar.tsx";
import { texts } from "./texts.ts";
import { Toolbar } from "./toolbar.tsx";
import { UndoProvider } from "./undo.tsx";
import { useLook } from "./use-look.ts";
import { useRange } from "./use-range.ts";
import { ViewBody, ViewSkeleton } from "./view-body.tsx";
import { ViewSwitch } from "./view-switch.tsx";

/** A collection as one looks at it, with a drawer for the record that is open. */
export function Records({ collection }: { readonly collection: Collection }) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  useDrawer();
  const here = useConsole();
  const look = useLook();
  const { search, kind, show } = look;
  const [words, setWords] = useState("");
  const [chosen, setSelection] = useState<Selection>(NOTHING);
  const [preset, setPreset] = useState<Preset>({});
  const columns = useColumns(collection, look);
  const range = useRange(collection, look);
  const { filter = "", sort = "" } = search;
  const query = useMemo(
    () => ({
      filter: both(both(filter, searchFilter(collection, words)), range.filter),
      sort: sort === "" ? [] : sort.split(","),
      expand: expandOf(collection),
    }),
    [collection, filter, sort, words, range.filter],
  );
  const list = useList(collection, query, PAGES[kind]);
  const live = useLiveList(collection, query, list, PAGES[kind]);
  // All that match were those of another filter.
  const selection =
    chosen.all && chosen.filter !== query.filter ? NOTHING : chosen;
  const mayCreate = mayEver(here, collection.name, "create");
  const isFiltered = filter !== "" || words !== "";

  const open = (id: string) => show({ record: id }, "push");
  const create = (values: Preset = {}) => {
    setPreset(values);
    open("new");
  };

  return (
    <UndoProvider>
      <section className={styles["page"]} aria-labelledby="collection-title">
        <div className={styles["head"]}>
          <h1 className={styles["title"]} id="collection-title">
            {collection.title}
          </h1>
          <ViewSwitch collection={collection} look={look} />
          {mayCreate && <ImportLink collection={collection} />}
          {mayCreate && (
            <Button
              leftSection={<Icon name="plus" size={16} />}
              {...SHORTCUT_TARGETS.create}
              aria-label={t("table.newIn", { title: collection.title })}
              onClick={() => create()}
            >
              {say("table.new")}
            </Button>
          )}
        </div>
        <Toolbar
          collection={collection}
          columns={columns}
          look={look}
          query={query}
          words={words}
          onWords={setWords}
          failure={list.isError ? list.error : null}
          shown={list.rows.length}
          count={list.count}
        />
        {list.isPending ? (
          <ViewSkeleton kind={kind} columns={columns} />
        ) : list.isError && list.rows.length === 0 ? (
          <FailureNote error={list.error} retry={() => void list.refetch()} />
        ) : list.rows.length === 0 &&
          (kind === "table" || kind === "gallery") ? (
          <Empty
            {...emptyWords(say, isFiltered, mayCreate)}
            action={
              isFiltered ? (
                <Button
                  variant="default"
                  onClick={() => {
                    setWords("");
                    show({ filter: "" });
                  }}
                >
                  {t("action.clear")}
                </Button>
              ) : undefined
            }
          />
        ) : (
          <ViewBody
            collection={collection}
            columns={columns}
            look={look}
            list={list}
            query={query}
            range={range}
            selection={selection}
            onSelect={setSelection}
            onOpen={open}
            onCreate={mayCreate ? create : null}
          />
        )}
        {live.fresh > 0 && (
          <div className={styles["fresh"]}>
            <Button size="xs" onClick={live.showFresh}>
              {say("table.fresh", { count: live.fresh })}
            </Button>
          </div>
        )}
        {kind === "table" && (
          <SelectionBar
            collection={collection}
            list={list}
            query={query}
            selection={selection}
            onSelect={setSelection}
          />
        )}
        {search.record !== undefined && (
          <LazyRecordDrawer
            key={search.record}
            collection={
              search.record === "new" ? newWith(collection, preset) : collection
            }
            id={search.record === "new" ? null : search.record}
            onClose={() => {
              setPreset({});
              show({ record: "" });
            }}
          />
        )}
      </section>
    </UndoProvider>
  );
}

function emptyWords(
  say: TFunction<"collection">,
  filtered: boolean,
  mayCreate: boolean,
) {
  if (filtered) {
    return {
      title: say("table.emptyFiltered"),
      text: say("table.emptyFilteredText"),
    };
  }
  return {
    title: say("table.empty"),
    text: mayCreate ? say("table.emptyText") : say("table.emptyReadOnly"),
  };
}
