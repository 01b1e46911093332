import { Group, Kbd, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** Marks what a shortcut leads to, wherever on the page it is. */
export const SHORTCUT_TARGETS = {
  search: { "data-shortcut": "search" },
  create: { "data-shortcut": "create" },
} as const;

/** Keys for what is done often, and the list of them. None does anything while somebody types. */
export function Shortcuts() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [open, help] = useDisclosure(false);
  useHotkeys([
    ["shift+?", help.open],
    ["h", () => void navigate({ to: "/" })],
    ["n", () => target("create")?.click()],
    ["/", () => target("search")?.focus()],
  ]);
  const rows = [
    [["Ctrl", "K"], t("palette.openPalette")],
    [["H"], t("palette.goHome")],
    [["N"], t("palette.newRecord")],
    [["/"], t("palette.focusFilter")],
    [["?"], t("palette.help")],
  ] as const;
  return (
    <Modal
      opened={open}
      onClose={help.close}
      title={t("palette.shortcuts")}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <Stack gap="sm">
        {rows.map(([keys, text]) => (
          <Group key={text} justify="space-between">
            <Text size="sm">{text}</Text>
            <Group gap="3xs">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </Group>
          </Group>
        ))}
        <Text size="sm" c="dimmed">
          {t("table.keys")}
        </Text>
      </Stack>
    </Modal>
  );
}

function target(name: keyof typeof SHORTCUT_TARGETS): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-shortcut="${name}"]`);
}
