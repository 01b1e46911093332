import { Badge, Button, Group } from "@mantine/core";
import type { CommentThread } from "mainstay-client";
import { useState } from "react";

import type { Collection } from "../../../application/application.ts";
import { mayEver, useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { usePersonName } from "../people.ts";
import type { CommentCalls } from "./calls.ts";
import { CommentView } from "./comment-view.tsx";
import styles from "./comments.module.css";
import { Composer } from "./composer.tsx";
import { texts } from "./texts.ts";

/** What somebody said, what others answered, and whether it is settled. */
export function Thread(props: {
  readonly collection: Collection;
  readonly thread: CommentThread;
  readonly calls: CommentCalls;
  readonly mayWrite: boolean;
}) {
  const { collection, thread, calls, mayWrite } = props;
  const say = usePageTexts(texts);
  const here = useConsole();
  const name = usePersonName(thread.author);
  const resolver = usePersonName(thread.resolved_by);
  const submit = useSubmit();
  const [isReplying, setReplying] = useState(false);
  const isResolved = thread.resolved_at !== null;
  const maySettle =
    mayWrite &&
    (thread.author === here.person.id ||
      mayEver(here, collection.name, "update"));
  const field =
    thread.field === null ? undefined : collection.field(thread.field);
  return (
    <li className={styles["thread"]} data-resolved={isResolved}>
      {field !== undefined && (
        <div>
          <Badge variant="light" tt="none">
            {say("about", { field: field.title })}
          </Badge>
        </div>
      )}
      <CommentView comment={thread} calls={calls} mayWrite={mayWrite} />
      {thread.replies.length > 0 && (
        <ol className={styles["replies"]}>
          {thread.replies.map((reply) => (
            <li key={reply.id}>
              <CommentView comment={reply} calls={calls} mayWrite={mayWrite} />
            </li>
          ))}
        </ol>
      )}
      {isResolved && (
        <p className={styles["gone"]}>{say("resolved", { name: resolver })}</p>
      )}
      {isReplying ? (
        <Composer
          label={say("replyTo", { name })}
          send={say("reply")}
          hasFocus
          onSend={async (body) => {
            await calls.add({ body, parent: thread.id });
            setReplying(false);
          }}
          onCancel={() => setReplying(false)}
        />
      ) : (
        <Group gap="xs">
          {mayWrite && (
            <Button
              size="compact-sm"
              variant="subtle"
              aria-label={say("replyTo", { name })}
              onClick={() => setReplying(true)}
            >
              {say("reply")}
            </Button>
          )}
          {maySettle && (
            <Button
              size="compact-sm"
              variant="subtle"
              loading={submit.busy}
              onClick={() =>
                void submit.run(() =>
                  isResolved ? calls.reopen(thread) : calls.resolve(thread),
                )
              }
            >
              {isResolved ? say("reopen") : say("resolve")}
            </Button>
          )}
        </Group>
      )}
      <FormFailure error={submit.error} />
    </li>
  );
}
