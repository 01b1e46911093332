import { Button } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { both, expandOf, searchFilter } from "../../api/records.ts";
import type { Collection } from "../../application/application.ts";
import { mayEver, useConsole } from "../../console.tsx";
import { SHORTCUT_TARGETS } from "../../layout/shortcuts.tsx";
import type { CollectionSearch } from "../../router.tsx";
import { Empty } from "../../ui/empty.tsx";
import { FailureNote } from "../../ui/failure-note.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ImportLink } from "../import/import-link.tsx";
import { RecordDrawer } from "../record/record-drawer.tsx";
import { useColumns } from "./columns.ts";
import { Grid } from "./grid.tsx";
import { GridSkeleton } from "./grid-skeleton.tsx";
import { useLiveList } from "./live.ts";
import { useList } from "./list.ts";
import styles from "./records.module.css";
import { SelectionBar } from "./selection-bar.tsx";
import { Toolbar } from "./toolbar.tsx";

/** A collection as a table, with a drawer for the record that is open. */
export function Records({ collection }: { readonly collection: Collection }) {
  const { t } = useTranslation();
  const here = useConsole();
  const search = useSearch({ from: "/signed-in/collections/$collection" });
  const navigate = useNavigate({
    from: "/collections/$collection",
  });
  const [words, setWords] = useState("");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const columns = useColumns(collection);
  const { filter = "", sort = "" } = search;
  const query = useMemo(
    () => ({
      filter: both(filter, searchFilter(collection, words)),
      sort: sort === "" ? [] : sort.split(","),
      expand: expandOf(collection),
    }),
    [collection, filter, sort, words],
  );
  const list = useList(collection, query);
  const live = useLiveList(collection, query, list);
  const mayCreate = mayEver(here, collection.name, "create");

  const show = (changes: CollectionSearch) =>
    void navigate({
      search: (now) => ({ ...now, ...changes }) as CollectionSearch,
      replace: changes.record === undefined,
    });
  const close = () =>
    void navigate({
      search: ({ record: _, ...rest }) => rest,
      replace: true,
    });

  return (
    <section className={styles["page"]} aria-labelledby="collection-title">
      <div className={styles["head"]}>
        <h1 className={styles["title"]} id="collection-title">
          {collection.title}
        </h1>
        {mayCreate && <ImportLink collection={collection} />}
        {mayCreate && (
          <Button
            leftSection={<Icon name="plus" size={16} />}
            {...SHORTCUT_TARGETS.create}
            aria-label={t("table.newIn", { title: collection.title })}
            onClick={() => show({ record: "new" })}
          >
            {t("table.new")}
          </Button>
        )}
      </div>
      <Toolbar
        collection={collection}
        columns={columns}
        words={words}
        onWords={setWords}
        filter={filter}
        onFilter={(text) =>
          void navigate({
            search: ({ filter: _, ...rest }) =>
              text === "" ? rest : { ...rest, filter: text },
            // Every letter of a condition is another filter.
            replace: true,
          })
        }
        failure={list.isError ? list.error : null}
        shown={list.rows.length}
        count={list.count}
      />
      {list.isPending ? (
        <GridSkeleton columns={columns.shown} />
      ) : list.isError && list.rows.length === 0 ? (
        <FailureNote error={list.error} retry={() => void list.refetch()} />
      ) : list.rows.length === 0 ? (
        <Empty
          {...emptyWords(t, query.filter !== "", mayCreate)}
          action={
            query.filter !== "" ? (
              <Button
                variant="default"
                onClick={() => {
                  setWords("");
                  void navigate({
                    search: ({ filter: _, ...rest }) => rest,
                  });
                }}
              >
                {t("action.clear")}
              </Button>
            ) : undefined
          }
        />
      ) : (
        <Grid
          collection={collection}
          columns={columns}
          list={list}
          query={query}
          sort={sort}
          onSort={(next) =>
            void navigate({
              search: ({ sort: _, ...rest }) =>
                next === "" ? rest : { ...rest, sort: next },
              replace: true,
            })
          }
          selected={selected}
          onSelect={setSelected}
          onOpen={(id) => show({ record: id })}
        />
      )}
      {live.fresh > 0 && (
        <div className={styles["fresh"]}>
          <Button size="xs" onClick={live.showFresh}>
            {t("table.fresh", { count: live.fresh })}
          </Button>
        </div>
      )}
      <SelectionBar
        collection={collection}
        list={list}
        selected={selected}
        onClear={() => setSelected(new Set())}
      />
      {search.record !== undefined && (
        <RecordDrawer
          key={search.record}
          collection={collection}
          id={search.record === "new" ? null : search.record}
          onClose={close}
        />
      )}
    </section>
  );
}

function emptyWords(
  t: ReturnType<typeof useTranslation>["t"],
  filtered: boolean,
  mayCreate: boolean,
) {
  if (filtered) {
    return {
      title: t("table.emptyFiltered"),
      text: t("table.emptyFilteredText"),
    };
  }
  return {
    title: t("table.empty"),
    text: mayCreate ? t("table.emptyText") : t("table.emptyReadOnly"),
  };
}
