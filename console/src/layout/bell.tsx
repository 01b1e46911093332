import { ActionIcon, Popover, Skeleton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { NotificationCount } from "mainstay-client";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";

import { useConsole } from "../console.tsx";
import { Icon } from "../ui/icon.tsx";
import styles from "./shell.module.css";

/** Nobody is called when a notification comes: they are counted again and again while the page is looked at. */
const COUNTED_MS = 20_000;
export const COUNT_KEY = ["notifications", "count"] as const;

const Panel = lazy(async () => ({
  default: (await import("../pages/notifications/notifications.tsx"))
    .NotificationsPanel,
}));

/** How many notifications wait, and what they say. */
export function Bell() {
  const { t } = useTranslation();
  const { client } = useConsole();
  const [isOpen, panel] = useDisclosure(false);
  const found = useQuery({
    queryKey: COUNT_KEY,
    refetchInterval: COUNTED_MS,
    refetchOnWindowFocus: true,
    queryFn: async ({ signal }) => {
      const path = "/notifications/count";
      return (await client.request("GET", path, {
        signal,
      })) as NotificationCount;
    },
  });
  const { unread = 0, more = false } = found.data ?? {};
  return (
    <Popover
      opened={isOpen}
      onChange={(open) => (open ? panel.open() : panel.close())}
      position="bottom-end"
      width={360}
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          size="lg"
          className={styles["bell"] ?? ""}
          aria-label={t("app.notifications", { count: unread })}
          onClick={panel.toggle}
        >
          <Icon name="bell" />
          {unread > 0 && (
            <span className={styles["unread"]} aria-hidden="true">
              {unread}
              {more && "+"}
            </span>
          )}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("app.notifications", { count: unread })}>
        <Suspense fallback={<Skeleton height={120} />}>
          {isOpen && <Panel onGo={panel.close} />}
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
