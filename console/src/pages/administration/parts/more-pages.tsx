import { Button } from "@mantine/core";

import { usePageTexts } from "../../../i18n/page-texts.ts";
import { texts } from "../texts.ts";

/** Goes on with a list. */
export function MorePages(props: {
  readonly found: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => Promise<unknown>;
  };
}) {
  const say = usePageTexts(texts);
  const { found } = props;
  return (
    found.hasNextPage && (
      <Button
        variant="default"
        w="max-content"
        loading={found.isFetchingNextPage}
        onClick={() => void found.fetchNextPage()}
      >
        {say("more")}
      </Button>
    )
  );
}
