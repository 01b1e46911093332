import { Link, useParams } from "@tanstack/react-router";
import type { ComponentType } from "react";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { NotFoundPage } from "../../ui/not-found.tsx";
import styles from "./account.module.css";
import { DisplaySection } from "./display.tsx";
import { KeysSection } from "./keys.tsx";
import { ProfileSection } from "./profile.tsx";
import { SecuritySection } from "./security.tsx";
import { SessionsSection } from "./sessions.tsx";
import { texts } from "./texts.ts";

const SECTIONS = [
  "profile",
  "security",
  "sessions",
  "keys",
  "display",
] as const;
type Section = (typeof SECTIONS)[number];

const PAGES: { readonly [S in Section]: ComponentType } = {
  profile: ProfileSection,
  security: SecuritySection,
  sessions: SessionsSection,
  keys: KeysSection,
  display: DisplaySection,
};

/** The person's own account, a part at a time. */
export function AccountPage() {
  const say = usePageTexts(texts);
  const { section = "profile" } = useParams({ strict: false });
  const current = SECTIONS.find((one) => one === section);
  if (current === undefined) {
    return <NotFoundPage />;
  }
  const Page = PAGES[current];
  return (
    <div className={styles["page"]}>
      <h1 className={styles["title"]}>{say("title")}</h1>
      <nav className={styles["sections"]} aria-label={say("title")}>
        <ul>
          {SECTIONS.map((one) => (
            <li key={one}>
              <Link
                to="/account/$section"
                params={{ section: one }}
                className={styles["link"]}
                data-here={one === current}
                aria-current={one === current ? "page" : undefined}
              >
                {say(`sections.${one}`)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className={styles["parts"]}>
        <Page />
      </div>
    </div>
  );
}
