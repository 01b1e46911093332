import "../theme/signed-in.css";

import {
  ActionIcon,
  Button,
  Drawer,
  Kbd,
  MantineThemeProvider,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { ModalsProvider } from "@mantine/modals";
import { spotlight } from "@mantine/spotlight";
import { Notifications } from "@mantine/notifications";
import { Link, Outlet, useRouteContext } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { ConsoleProvider } from "../console.tsx";
import { OfflineBar } from "../offline/offline-bar.tsx";
import { Icon } from "../ui/icon.tsx";
import { Navigation } from "./navigation.tsx";
import { Palette } from "./palette.tsx";
import { PersonMenu } from "./person-menu.tsx";
import { Shortcuts } from "./shortcuts.tsx";
import styles from "./shell.module.css";

/** The frame around every page of somebody who is signed in. */
export function Shell() {
  const { t } = useTranslation();
  const { application, client, person } = useRouteContext({
    from: "/signed-in",
  });
  const here = useMemo(
    () => ({ application, client, person }),
    [application, client, person],
  );
  // The cross that closes something has a name, in the language of the person.
  const named = useMemo(() => {
    const closeButtonProps = { "aria-label": t("action.close") };
    const closing = { defaultProps: { closeButtonProps } };
    return { components: { Notification: closing, Modal: closing } };
  }, [t]);
  const [open, menu] = useDisclosure(false);
  return (
    <ConsoleProvider value={here}>
      <MantineThemeProvider inherit theme={named}>
        <ModalsProvider
          labels={{ confirm: t("action.apply"), cancel: t("action.cancel") }}
        >
          <Notifications position="bottom-right" />
          <Palette />
          <Shortcuts />
          <div className={styles["shell"]}>
            <a className={styles["skip"]} href="#content">
              {t("app.skip")}
            </a>
            <header className={styles["bar"]}>
              <ActionIcon
                className={styles["burger"] ?? ""}
                variant="subtle"
                size="lg"
                aria-label={t("app.menu")}
                aria-expanded={open}
                onClick={menu.open}
              >
                <Icon name="menu" />
              </ActionIcon>
              <Link to="/" className={styles["title"]}>
                {application.title}
              </Link>
              <Button
                variant="default"
                size="xs"
                leftSection={<Icon name="search" size={14} />}
                rightSection={<Kbd size="xs">Ctrl K</Kbd>}
                className={styles["go"] ?? ""}
                onClick={spotlight.open}
              >
                {t("app.search")}
              </Button>
              <PersonMenu />
            </header>
            <OfflineBar />
            <nav className={styles["side"]} aria-label={t("app.menu")}>
              <Navigation />
            </nav>
            <main className={styles["main"]} id="content" tabIndex={-1}>
              <Outlet />
            </main>
            <Drawer
              opened={open}
              onClose={menu.close}
              size="17rem"
              title={application.title}
              closeButtonProps={{ "aria-label": t("app.closeMenu") }}
            >
              <nav aria-label={t("app.menu")}>
                <Navigation onGo={menu.close} />
              </nav>
            </Drawer>
          </div>
        </ModalsProvider>
      </MantineThemeProvider>
    </ConsoleProvider>
  );
}
