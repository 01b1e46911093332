import { ActionIcon, Button, Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Comment } from "mainstay-client";

import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Icon } from "../../../ui/icon.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import type { CommentCalls } from "./calls.ts";
import styles from "./comments.module.css";
import { texts } from "./texts.ts";

const OFFERED = ["👍", "❤️", "🎉", "😄", "👀", "✅"];

/** Who feels what about a comment, and one's own feelings. */
export function Reactions(props: {
  readonly comment: Comment;
  readonly calls: CommentCalls;
  readonly mayReact: boolean;
}) {
  const { comment, calls, mayReact } = props;
  const say = usePageTexts(texts);
  const { person } = useConsole();
  const submit = useSubmit();
  const [isOpen, picker] = useDisclosure(false);
  const isMine = (emoji: string) =>
    comment.reactions.some(
      (one) => one.emoji === emoji && one.users.includes(person.id),
    );
  const turn = (emoji: string) =>
    void submit.run(() => calls.react(comment, emoji, !isMine(emoji)));
  return (
    <div className={styles["reactions"]}>
      {comment.reactions.map(({ emoji, users }) => (
        <Button
          key={emoji}
          size="compact-xs"
          radius="xl"
          variant="default"
          className={styles["reaction"] ?? ""}
          aria-pressed={isMine(emoji)}
          aria-label={say("reaction", { emoji, count: users.length })}
          disabled={!mayReact}
          onClick={() => turn(emoji)}
        >
          {emoji} {users.length}
        </Button>
      ))}
      {mayReact && (
        <Popover opened={isOpen} onChange={picker.toggle} shadow="md">
          <Popover.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={say("react")}
              onClick={picker.toggle}
            >
              <Icon name="smile" size={16} />
            </ActionIcon>
          </Popover.Target>
          <Popover.Dropdown p="3xs" aria-label={say("react")}>
            <div className={styles["emojis"]}>
              {OFFERED.map((emoji) => (
                <ActionIcon
                  key={emoji}
                  variant="subtle"
                  color="gray"
                  aria-label={say("reactWith", { emoji })}
                  onClick={() => {
                    picker.close();
                    turn(emoji);
                  }}
                >
                  {emoji}
                </ActionIcon>
              ))}
            </div>
          </Popover.Dropdown>
        </Popover>
      )}
    </div>
  );
}
