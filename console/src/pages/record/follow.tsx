import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { Icon } from "../../ui/icon.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { texts } from "./texts.ts";

/** Whoever follows a record is told of its comments, changes and deletion. */
export function FollowButton(props: {
  readonly collection: string;
  readonly id: string;
}) {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const path = `/records/${props.collection}/${props.id}/follow`;
  const key = ["follow", props.collection, props.id];
  const found = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) =>
      isFollowing(await client.request("GET", path, { signal })),
  });
  if (found.data === undefined) {
    return null;
  }
  const turn = async () => {
    const method = found.data ? "DELETE" : "PUT";
    queries.setQueryData(key, isFollowing(await client.request(method, path)));
  };
  return (
    <Button
      variant="default"
      size="xs"
      aria-pressed={found.data}
      title={submit.error === null ? say("followText") : say("followFailed")}
      leftSection={<Icon name={found.data ? "bellOn" : "bell"} size={14} />}
      loading={submit.busy}
      onClick={() => void submit.run(turn)}
    >
      {found.data ? say("following") : say("follow")}
    </Button>
  );
}

function isFollowing(answer: unknown): boolean {
  return (answer as { readonly following: boolean }).following;
}
