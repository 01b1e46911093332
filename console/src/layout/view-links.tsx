import { useQueryClient } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";

import {
  keepsViews,
  searchOf,
  useSavedViews,
  VIEWS,
  viewsChanged,
  viewsOf,
} from "../api/saved-views.ts";
import type { Collection } from "../application/application.ts";
import { useConsole } from "../console.tsx";
import { Icon } from "../ui/icon.tsx";
import styles from "./shell.module.css";

/** The saved views of a collection, below it in the menu. */
export function ViewLinks(props: {
  readonly collection: Collection;
  readonly onGo: (() => void) | undefined;
}) {
  const { collection, onGo } = props;
  const views = viewsOf(useSavedViews(), collection);
  const { saved } = useSearch({ strict: false });
  return (
    views.length > 0 && (
      <ul className={styles["views"]} aria-label={collection.title}>
        {views.map((view) => (
          <li key={view.id}>
            <Link
              to="/collections/$collection"
              params={{ collection: collection.name }}
              search={searchOf(view)}
              className={styles["link"]}
              // Which one is open says the address, whatever has been changed since.
              activeOptions={{ exact: true, explicitUndefined: true }}
              data-open={saved === view.id || undefined}
              {...(onGo !== undefined && { onClick: onGo })}
            >
              <Icon name="bookmark" size={14} />
              <span className={styles["cut"]}>{String(view["name"])}</span>
            </Link>
          </li>
        ))}
      </ul>
    )
  );
}

/** Keeps the views as they are on the server: what a colleague shares appears. */
export function useLiveViews(): void {
  const { application, client } = useConsole();
  const queries = useQueryClient();
  const isOn = keepsViews(application);
  useEffect(() => {
    if (!isOn) {
      return undefined;
    }
    const subscription = client.realtime
      .collection(VIEWS)
      .subscribe({}, (() => void viewsChanged(queries)) as never);
    return () => subscription.stop();
  }, [isOn, client, queries]);
}
