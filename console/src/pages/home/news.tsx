import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../console.tsx";
import { moment } from "../../fields/shown.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { RecordItems } from "./record-items.tsx";
import { texts } from "./texts.ts";

const ITEMS = 4;

/** A notification, as far as it is used here. */
interface Notice {
  readonly id: string;
  readonly at: string;
  readonly collection: string;
  readonly record_id: string;
  readonly sentence: string;
}

/** What others did that concerns the person. */
export function News() {
  const say = usePageTexts(texts);
  const { i18n } = useTranslation();
  const { client } = useConsole();
  const found = useQuery({
    queryKey: ["news"],
    queryFn: async ({ signal }) => {
      const path = `/notifications?limit=${ITEMS}`;
      const page = (await client.request("GET", path, { signal })) as {
        readonly items: readonly Notice[];
      };
      return page.items;
    },
  });
  const items = found.data?.map((notice) => ({
    key: notice.id,
    collection: notice.collection,
    id: notice.record_id,
    label: notice.sentence,
    about: moment(i18n.language, notice.at),
  }));
  return (
    <RecordItems
      id="home-news"
      title={say("news")}
      none={say("newsNone")}
      items={items ?? (found.isError ? [] : null)}
    />
  );
}
