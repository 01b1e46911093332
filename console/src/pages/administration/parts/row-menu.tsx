import { ActionIcon, Menu } from "@mantine/core";

import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Icon } from "../../../ui/icon.tsx";
import { texts } from "../texts.ts";

export interface Act {
  readonly label: string;
  readonly run: () => void;
  readonly isDangerous?: boolean;
}

/** What can be done with a row. */
export function RowMenu(props: {
  /** What the row is called. */
  readonly name: string;
  readonly acts: readonly Act[];
}) {
  const say = usePageTexts(texts);
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={say("actsFor", { name: props.name })}
        >
          <Icon name="more" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {props.acts.map(({ label, run, isDangerous = false }) => (
          <Menu.Item
            key={label}
            onClick={run}
            {...(isDangerous && { color: "red" })}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
