import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import styles from "../record/record.module.css";
import { SharedItems } from "./shared-items.tsx";
import { texts } from "./texts.ts";

const ITEMS = 5;

/** What was shared with this person last; nothing where nothing is. */
export function SharedAtHome() {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const found = useQuery({
    queryKey: ["shared", "last"],
    queryFn: ({ signal }) => client.shares.withMe({ limit: ITEMS }, { signal }),
  });
  // A start page without it is whole: a failure here is said on the page of its own.
  if (found.data === undefined || found.data.items.length === 0) {
    return null;
  }
  return (
    <section aria-labelledby="shared-at-home">
      <h2 id="shared-at-home" className={styles["heading"]}>
        {say("title")}
      </h2>
      <SharedItems items={found.data.items} />
      {found.data.nextCursor !== null && (
        <Link to="/shared" className={styles["link"] ?? ""}>
          {say("all")}
        </Link>
      )}
    </section>
  );
}
