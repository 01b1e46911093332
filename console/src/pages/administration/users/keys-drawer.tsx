import { Button, Drawer, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ApiKeyList, ServiceAccount } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Empty } from "../../../ui/empty.tsx";
import { Confirm, type Question } from "../parts/confirm.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { SecretDialogue, type Secret } from "../parts/secret-dialogue.tsx";
import { KeyCard } from "./key-card.tsx";
import { NewKey } from "./new-key.tsx";
import { keysOf } from "./queries.ts";
import { texts } from "./texts.ts";

/** The keys of a service account. */
export function KeysDrawer(props: {
  readonly account: ServiceAccount;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const { id, email } = props.account;
  const [isMaking, setMaking] = useState(false);
  const [secret, setSecret] = useState<Secret | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const found = useQuery({
    queryKey: keysOf(id),
    queryFn: async ({ signal }) =>
      (await client.request("GET", `/api-keys?owner=${id}`, {
        signal,
      })) as ApiKeyList,
  });
  const tell = (name: string, value: string) =>
    setSecret({
      title: say("keyTitle", { name }),
      value,
      text: say("keyText"),
    });
  return (
    <Drawer
      opened
      onClose={props.onClose}
      position="right"
      size="36rem"
      title={say("keysOf", { name: email })}
      closeButtonProps={{ "aria-label": t("action.close") }}
      overlayProps={{ backgroundOpacity: 0.25 }}
    >
      <Stack gap="md">
        {isMaking ? (
          <NewKey
            owner={id}
            onClose={() => setMaking(false)}
            onMade={(name, key) => {
              setMaking(false);
              tell(name, key);
            }}
          />
        ) : (
          <Button w="max-content" onClick={() => setMaking(true)}>
            {say("newKey")}
          </Button>
        )}
        <Loaded found={found}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={say("noKeys")} text={say("noKeysText")} />
            ) : (
              <Stack gap="sm">
                {items.map((one) => (
                  <KeyCard
                    key={one.id}
                    apiKey={one}
                    onAsk={setQuestion}
                    onSecret={tell}
                  />
                ))}
              </Stack>
            )
          }
        </Loaded>
      </Stack>
      <SecretDialogue secret={secret} onClose={() => setSecret(null)} />
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </Drawer>
  );
}
