import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { Collection } from "../../application/application.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import styles from "./import-link.module.css";
import { texts } from "./link-texts.ts";

/** Leads from a collection to its import. */
export function ImportLink(props: { readonly collection: Collection }) {
  const say = usePageTexts(texts);
  return (
    <Button
      className={styles["link"] ?? ""}
      variant="default"
      component={Link}
      to="/collections/$collection/import"
      params={{ collection: props.collection.name } as never}
    >
      {say("label")}
    </Button>
  );
}
