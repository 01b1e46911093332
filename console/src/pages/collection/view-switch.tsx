import { Menu, SegmentedControl, Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";

import type { Collection } from "../../application/application.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { Icon } from "../../ui/icon.tsx";
import { groupFields } from "./board/groups.ts";
import styles from "./records.module.css";
import { texts } from "./texts.ts";
import { KINDS, type Kind, type Look } from "./use-look.ts";

interface Props {
  readonly collection: Collection;
  readonly look: Look;
}

/** Chooses how the same records are shown. */
export function ViewSwitch({ collection, look }: Props) {
  const say = usePageTexts(texts);
  const isNarrow = useMediaQuery("(max-width: 62em)", false, {
    getInitialValueInEffect: false,
  });
  const kinds = KINDS.filter(
    (kind) => kind !== "board" || groupFields(collection).length > 0,
  );
  const choose = (kind: string) =>
    look.show({ view: kind === "table" ? "" : kind }, "push");
  if (isNarrow) {
    return (
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<Icon name={look.kind} size={16} />}
            aria-label={say("view.switchNow", {
              kind: say(`view.kinds.${look.kind}`),
            })}
          >
            {say(`view.kinds.${look.kind}`)}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.RadioGroup value={look.kind} onChange={choose}>
            {kinds.map((kind) => (
              <Menu.RadioItem key={kind} value={kind}>
                {say(`view.kinds.${kind}`)}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
        </Menu.Dropdown>
      </Menu>
    );
  }
  return (
    <SegmentedControl
      size="xs"
      className={styles["switch"] ?? ""}
      aria-label={say("view.switch")}
      value={look.kind}
      onChange={choose}
      data={kinds.map((kind) => ({
        value: kind,
        label: <Label kind={kind} />,
      }))}
    />
  );
}

function Label({ kind }: { readonly kind: Kind }) {
  const say = usePageTexts(texts);
  return (
    <span className={styles["switchLabel"]}>
      <Icon name={kind} size={16} />
      {say(`view.kinds.${kind}`)}
    </span>
  );
}
