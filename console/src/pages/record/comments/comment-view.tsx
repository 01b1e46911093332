import { ActionIcon, Avatar, Menu, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import type { Comment } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { mayEver, useConsole } from "../../../console.tsx";
import { moment } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { RichText } from "../../../ui/rich/rich-text.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { usePersonName } from "../people.ts";
import type { CommentCalls } from "./calls.ts";
import styles from "./comments.module.css";
import { Composer } from "./composer.tsx";
import { Reactions } from "./reactions.tsx";
import { texts } from "./texts.ts";

/** What somebody said. */
export function CommentView(props: {
  readonly comment: Comment;
  readonly calls: CommentCalls;
  readonly mayWrite: boolean;
}) {
  const { comment, calls, mayWrite } = props;
  const { i18n } = useTranslation();
  const say = usePageTexts(texts);
  const here = useConsole();
  const name = usePersonName(comment.author);
  const submit = useSubmit();
  const [isEdited, setEdited] = useState(false);
  const { body } = comment;
  if (body === null) {
    return <p className={styles["gone"]}>{say("removed")}</p>;
  }
  const isOwn = comment.author === here.person.id;
  const mayRemove = isOwn || mayEver(here, comment.collection, "delete");

  return (
    <article className={styles["comment"]} aria-label={name}>
      <div className={styles["head"]}>
        <Avatar name={name} size={24} color="sea" alt="" />
        <div className={styles["who"]}>
          <b>{name}</b>{" "}
          <span className={styles["when"]}>
            <time dateTime={comment.created_at}>
              {moment(i18n.language, comment.created_at)}
            </time>
            {comment.edited_at !== null && ` · ${say("edited")}`}
          </span>
        </div>
        {mayWrite && (isOwn || mayRemove) && (
          <Menu position="bottom-end" width={160}>
            <Menu.Target>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={say("more", { name })}
                loading={submit.busy}
              >
                <Icon name="more" size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {isOwn && (
                <Menu.Item onClick={() => setEdited(true)}>
                  {say("edit")}
                </Menu.Item>
              )}
              {mayRemove && (
                <Menu.Item
                  color="red"
                  onClick={() =>
                    modals.openConfirmModal({
                      title: say("removeTitle"),
                      children: <Text size="sm">{say("removeText")}</Text>,
                      labels: {
                        confirm: say("remove"),
                        cancel: i18n.t("action.cancel"),
                      },
                      confirmProps: { color: "red" },
                      onConfirm: () =>
                        void submit.run(() => calls.remove(comment)),
                    })
                  }
                >
                  {say("remove")}
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      <FormFailure error={submit.error} />
      {isEdited ? (
        <Composer
          label={say("editLabel")}
          body={body}
          send={i18n.t("action.save")}
          hasFocus
          onSend={async (next) => {
            await calls.edit(comment, next);
            setEdited(false);
          }}
          onCancel={() => setEdited(false)}
        />
      ) : (
        <RichText text={body} />
      )}
      {(mayWrite || comment.reactions.length > 0) && (
        <Reactions comment={comment} calls={calls} mayReact={mayWrite} />
      )}
    </article>
  );
}
