import { ActionIcon, Button, Drawer, Kbd } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { spotlight } from "@mantine/spotlight";
import { Link, Outlet, useRouteContext } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { ConsoleProvider } from "../console.tsx";
import { Icon } from "../ui/icon.tsx";
import { Bell } from "./bell.tsx";
import { Navigation } from "./navigation.tsx";
import { Palette } from "./palette.tsx";
import { PersonMenu } from "./person-menu.tsx";
import { Providers } from "./providers.tsx";
import { Shortcuts } from "./shortcuts.tsx";
import styles from "./shell.module.css";
import { useLiveViews } from "./view-links.tsx";

/** Beside the pages, which have the console at hand only below its provider. */
function LiveViews() {
  useLiveViews();
  return null;
}

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
  const [open, menu] = useDisclosure(false);
  return (
    <ConsoleProvider value={here}>
      <Providers>
        <LiveViews />
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
            <Bell />
            <PersonMenu />
          </header>
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
      </Providers>
    </ConsoleProvider>
  );
}
