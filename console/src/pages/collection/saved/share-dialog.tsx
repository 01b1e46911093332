import {
  ActionIcon,
  Button,
  Group,
  Modal,
  Select,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Share } from "mainstay-client";
import { useState } from "react";

import { VIEWS } from "../../../api/saved-views.ts";
import type { Row } from "../../../application/row.ts";
import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FailureNote } from "../../../ui/failure-note.tsx";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { texts } from "../texts.ts";

type Level = "read" | "edit";

interface Props {
  readonly view: Row;
  readonly onClose: () => void;
}

/** Gives a view to others. What they see in it are the records that they may see. */
export function ShareDialog({ view, onClose }: Props) {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const submit = useSubmit();
  const [email, setEmail] = useState("");
  const [level, setLevel] = useState<Level>("read");
  const name = String(view["name"]);
  const found = useQuery({
    queryKey: ["shares", VIEWS, view.id],
    queryFn: ({ signal }) => client.shares.list(VIEWS, view.id, { signal }),
  });

  const give = () =>
    void submit.run(async () => {
      await client.shares.create(VIEWS, view.id, {
        email: email.trim(),
        level,
      });
      setEmail("");
      await found.refetch();
    });
  const take = (share: Share) =>
    void submit.run(async () => {
      await client.shares.revoke(share);
      await found.refetch();
    });

  return (
    <Modal opened onClose={onClose} title={say("save.shareTitle", { name })}>
      <Stack gap="md">
        <Text size="sm">{say("save.shareText")}</Text>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (email.trim() !== "") {
              give();
            }
          }}
        >
          <Stack gap="sm">
            <TextInput
              label={say("save.person")}
              type="email"
              autoComplete="off"
              data-autofocus
              required
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <Group align="end" gap="sm">
              <Select
                label={say("save.level")}
                allowDeselect={false}
                data={[
                  { value: "read", label: say("save.mayRead") },
                  { value: "edit", label: say("save.mayEdit") },
                ]}
                value={level}
                onChange={(next) => setLevel(next as Level)}
                flex={1}
              />
              <Button type="submit" loading={submit.busy}>
                {say("save.give")}
              </Button>
            </Group>
            <FormFailure error={submit.error} />
          </Stack>
        </form>
        {found.isPending ? (
          <Skeleton height={36} />
        ) : found.isError ? (
          <FailureNote error={found.error} retry={() => void found.refetch()} />
        ) : found.data.length === 0 ? (
          <Text size="sm" c="dimmed">
            {say("save.nobody")}
          </Text>
        ) : (
          <ul>
            {found.data.map((share) => (
              <li key={share.id}>
                <Group justify="space-between" wrap="nowrap">
                  <Text size="sm">
                    <bdi>{nameOf(share)}</bdi>,{" "}
                    {say(
                      share.level === "edit" ? "save.mayEdit" : "save.mayRead",
                    )}
                  </Text>
                  <ActionIcon
                    variant="subtle"
                    aria-label={say("save.take", { name: nameOf(share) })}
                    onClick={() => take(share)}
                  >
                    <Icon name="close" size={16} />
                  </ActionIcon>
                </Group>
              </li>
            ))}
          </ul>
        )}
      </Stack>
    </Modal>
  );
}

function nameOf({ user, group, title }: Share): string {
  return user?.label ?? group?.label ?? title ?? "…";
}
