import { ActionIcon, Menu } from "@mantine/core";

import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Icon } from "../../../ui/icon.tsx";
import { texts } from "../texts.ts";
import styles from "./board.module.css";
import type { Stack } from "./groups.ts";
import type { Spot } from "./moves.ts";

interface Props {
  readonly label: string;
  readonly stack: Stack;
  readonly stacks: readonly Stack[];
  readonly index: number;
  readonly isByHand: boolean;
  readonly onPut: (spot: Spot) => void;
}

/** Moves a card without dragging it. */
export function CardMenu(props: Props) {
  const { stack, stacks, index, onPut } = props;
  const say = usePageTexts(texts);
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          size="sm"
          color="gray"
          className={styles["more"] ?? ""}
          aria-label={say("board.move", { label: props.label })}
          // What begins here is no dragging.
          onMouseDown={(event) => event.stopPropagation()}
          onTouchStart={(event) => event.stopPropagation()}
        >
          <Icon name="more" size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah="50vh" className={styles["menu"] ?? ""}>
        {props.isByHand && stack.rows.length > 1 && (
          <>
            <Menu.Item
              disabled={index === 0}
              onClick={() => onPut({ key: stack.key, index: index - 1 })}
            >
              {say("board.up")}
            </Menu.Item>
            <Menu.Item
              disabled={index === stack.rows.length - 1}
              onClick={() => onPut({ key: stack.key, index: index + 1 })}
            >
              {say("board.down")}
            </Menu.Item>
            <Menu.Divider />
          </>
        )}
        <Menu.Label>{say("board.into")}</Menu.Label>
        {stacks
          .filter(({ key }) => key !== stack.key)
          .map((one) => (
            <Menu.Item
              key={one.key}
              onClick={() => onPut({ key: one.key, index: 0 })}
            >
              {one.title}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}
