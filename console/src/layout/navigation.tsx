import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { mayEver, useConsole } from "../console.tsx";
import { AdministrationLinks } from "../pages/administration/links.tsx";
import { Icon } from "../ui/icon.tsx";
import styles from "./shell.module.css";
import { ViewLinks } from "./view-links.tsx";

/** Where one can go. */
export function Navigation(props: { readonly onGo?: () => void }) {
  const { t } = useTranslation();
  const here = useConsole();
  const listed = here.application.declared.filter(({ name }) =>
    mayEver(here, name, "list"),
  );
  const go = props.onGo === undefined ? {} : { onClick: props.onGo };
  return (
    <>
      <ul className={styles["links"]}>
        <li>
          <Link
            to="/"
            activeOptions={{ exact: true }}
            className={styles["link"]}
            {...go}
          >
            <Icon name="home" />
            {t("app.home")}
          </Link>
        </li>
        {here.application.declared.some(
          ({ about }) => about.share !== null,
        ) && (
          <li>
            <Link to="/shared" className={styles["link"]} {...go}>
              <Icon name="people" />
              {t("app.shared")}
            </Link>
          </li>
        )}
        <li>
          <Link to="/trash" className={styles["link"]} {...go}>
            <Icon name="trash" />
            {t("app.trash")}
          </Link>
        </li>
      </ul>
      <h2 className={styles["heading"]} id="collections">
        {t("app.collections")}
      </h2>
      <ul className={styles["links"]} aria-labelledby="collections">
        {listed.map((collection) => (
          <li key={collection.name}>
            <Link
              to="/collections/$collection"
              params={{ collection: collection.name }}
              className={styles["link"]}
              activeOptions={{ includeSearch: false }}
              {...go}
            >
              <Icon name="table" />
              {collection.title}
            </Link>
            <ViewLinks collection={collection} onGo={props.onGo} />
          </li>
        ))}
      </ul>
      {here.person["administrator"] === true && (
        <AdministrationLinks {...props} />
      )}
    </>
  );
}
