import { Text } from "@mantine/core";

import { mayEver, useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { Empty } from "../../ui/empty.tsx";
import { SharedAtHome } from "../shared/shared-at-home.tsx";
import { CollectionCard } from "./collection-card.tsx";
import { HomeSearch } from "./home-search.tsx";
import styles from "./home.module.css";
import { News } from "./news.tsx";
import { Recent } from "./recent.tsx";
import { texts } from "./texts.ts";
import { Views } from "./views.tsx";

/** What the application has, how much of it is for this person to see, and what they worked at. */
export function HomePage() {
  const say = usePageTexts(texts);
  const here = useConsole();
  const { application } = here;
  const listed = application.declared.filter(({ name }) =>
    mayEver(here, name, "list"),
  );
  return (
    <section className={styles["page"]} aria-labelledby="home-title">
      <h1 id="home-title" className={styles["title"]}>
        {application.title}
      </h1>
      {application.about.description !== "" && (
        <Text c="dimmed">{application.about.description}</Text>
      )}
      {listed.length === 0 ? (
        <Empty title={say("noCollections")} text={say("noCollectionsText")} />
      ) : (
        <>
          <HomeSearch />
          <Views />
          <div className={styles["own"]}>
            <Recent />
            <News />
          </div>
          <h2 className={styles["heading"]} id="home-collections">
            {say("collections")}
          </h2>
          <ul className={styles["cards"]} aria-labelledby="home-collections">
            {listed.map((collection) => (
              <li key={collection.name}>
                <CollectionCard collection={collection} />
              </li>
            ))}
          </ul>
        </>
      )}
      <SharedAtHome />
    </section>
  );
}
