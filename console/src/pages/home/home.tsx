import { Card, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { listRows } from "../../api/records.ts";
import type { Collection } from "../../application/application.ts";
import { mayEver, useConsole } from "../../console.tsx";
import { Empty } from "../../ui/empty.tsx";
import { SharedAtHome } from "../shared/shared-at-home.tsx";
import styles from "./home.module.css";

/** What the application has, and how much of it is for this person to see. */
export function HomePage() {
  const { t } = useTranslation();
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
        <Empty
          title={t("home.noCollections")}
          text={t("home.noCollectionsText")}
        />
      ) : (
        <ul className={styles["cards"]}>
          {listed.map((collection) => (
            <li key={collection.name}>
              <CollectionCard collection={collection} />
            </li>
          ))}
        </ul>
      )}
      <SharedAtHome />
    </section>
  );
}

function CollectionCard({ collection }: { readonly collection: Collection }) {
  const { t } = useTranslation();
  const { client } = useConsole();
  const { name, title, about } = collection;
  const found = useQuery({
    queryKey: ["count", name],
    queryFn: async ({ signal }) => {
      const query = { filter: "", sort: [], expand: [] };
      const at = { cursor: null, limit: 1, signal };
      return (await listRows(client, name, query, at)).count ?? 0;
    },
  });
  return (
    <Card
      withBorder
      padding="md"
      component={Link}
      to="/collections/$collection"
      params={{ collection: name } as never}
      className={styles["card"] ?? ""}
    >
      <Text fw={600}>{title}</Text>
      <Text
        size="sm"
        c="dimmed"
        lineClamp={2}
        className={styles["about"] ?? ""}
      >
        {about.description}
      </Text>
      {found.isPending ? (
        <Skeleton height={14} width={90} my={4} />
      ) : (
        <Text size="sm">
          {found.data === 0 || found.data === undefined
            ? t("home.none")
            : t("home.records", { count: found.data })}
        </Text>
      )}
    </Card>
  );
}
