import { Link } from "@tanstack/react-router";

import { useId } from "react";

import { usePageTexts } from "../../i18n/page-texts.ts";
import styles from "../../layout/shell.module.css";
import { Icon } from "../../ui/icon.tsx";
import { texts } from "./texts.ts";

/** The pages, in the order in which they are listed. */
export const PAGES = [
  { page: "users", to: "/administration/users", icon: "people" },
  { page: "webhooks", to: "/administration/webhooks", icon: "send" },
  { page: "clients", to: "/administration/clients", icon: "key" },
  { page: "audit", to: "/administration/audit", icon: "shield" },
  { page: "mails", to: "/administration/mails", icon: "mail" },
  { page: "api", to: "/administration/api", icon: "book" },
] as const;

/** The ways to the pages of administration. */
export function AdministrationLinks(props: { readonly onGo?: () => void }) {
  const say = usePageTexts(texts);
  const id = useId();
  const go = props.onGo === undefined ? {} : { onClick: props.onGo };
  return (
    <>
      <h2 className={styles["heading"]} id={id}>
        {say("title")}
      </h2>
      <ul className={styles["links"]} aria-labelledby={id}>
        {PAGES.map(({ page, to, icon }) => (
          <li key={page}>
            <Link
              to={to}
              className={styles["link"]}
              activeOptions={{ includeSearch: false }}
              {...go}
            >
              <Icon name={icon} />
              {say(`pages.${page}`)}
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
