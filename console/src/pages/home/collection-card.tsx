import { Card, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { listRows } from "../../api/records.ts";
import type { Collection } from "../../application/application.ts";
import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import styles from "./home.module.css";
import { texts } from "./texts.ts";

/** A collection and how many of its records are for this person to see. */
export function CollectionCard(props: { readonly collection: Collection }) {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const { name, title, about } = props.collection;
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
        <Skeleton height={14} width={90} my="xs" />
      ) : (
        <Text size="sm">
          {found.isError
            ? "–"
            : found.data === 0
              ? say("none")
              : say("records", { count: found.data })}
        </Text>
      )}
    </Card>
  );
}
