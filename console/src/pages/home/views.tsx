import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { searchOf, useSavedViews } from "../../api/saved-views.ts";
import { useConsole } from "../../console.tsx";
import { Icon } from "../../ui/icon.tsx";
import styles from "./views.module.css";

/** The saved views, for those who come back to the same thing each day. */
export function Views() {
  const { t } = useTranslation();
  const { application } = useConsole();
  const views = useSavedViews().flatMap((view) => {
    const collection = application.declared.find(
      ({ about }) => about.first_name === view["collection"],
    );
    return collection === undefined ? [] : [{ view, collection }];
  });
  return (
    views.length > 0 && (
      <>
        <h2 className={styles["heading"]} id="home-views">
          {t("app.views")}
        </h2>
        <ul className={styles["views"]} aria-labelledby="home-views">
          {views.map(({ view, collection }) => (
            <li key={view.id}>
              <Link
                to="/collections/$collection"
                params={{ collection: collection.name }}
                search={searchOf(view)}
                className={styles["view"]}
              >
                <Icon name="bookmark" size={16} />
                <span className={styles["viewName"]}>
                  {String(view["name"])}
                </span>
                <span className={styles["viewOf"]}>{collection.title}</span>
              </Link>
            </li>
          ))}
        </ul>
      </>
    )
  );
}
