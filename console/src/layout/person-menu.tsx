import { Avatar, Menu, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { useConsole } from "../console.tsx";
import { chooseLanguage } from "../i18n/i18n.ts";
import { LANGUAGE_NAMES, LANGUAGES, type Language } from "../i18n/languages.ts";
import { THEMES, type Theme } from "../theme/choice.ts";
import { setTheme, useTheme } from "../theme/use-theme.ts";
import { Icon } from "../ui/icon.tsx";

export function PersonMenu() {
  const { t, i18n } = useTranslation();
  const { client, person, application } = useConsole();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { theme } = useTheme();
  const name =
    application.collection("users")?.labelOf(person) ??
    String(person["email"] ?? "");

  async function signOut() {
    await client.auth.signOut();
    queries.clear();
    await navigate({ to: "/sign-in" });
  }

  return (
    <Menu position="bottom-end" width={240} shadow="md" withinPortal={false}>
      <Menu.Target>
        <UnstyledButton>
          <span aria-hidden="true">
            <Avatar name={name} size={32} color="sea" alt="" variant="filled" />
          </span>
          <VisuallyHidden>{t("app.personMenu", { name })}</VisuallyHidden>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{String(person["email"] ?? name)}</Menu.Label>
        <Menu.Item
          leftSection={<Icon name="person" />}
          onClick={() => void navigate({ to: "/account" })}
        >
          {t("app.account")}
        </Menu.Item>
        <Menu.Item
          leftSection={<Icon name="book" />}
          component="a"
          href="/docs"
        >
          {t("app.apiDocs")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t("app.theme")}</Menu.Label>
        <Menu.RadioGroup
          value={theme}
          onChange={(chosen) => setTheme(chosen as Theme)}
        >
          {THEMES.map((one) => (
            <Menu.RadioItem key={one} value={one} closeMenuOnClick={false}>
              {t(`app.themes.${one}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Label>{t("app.languageChoice")}</Menu.Label>
        <Menu.RadioGroup
          value={i18n.language}
          onChange={(chosen) => void chooseLanguage(i18n, chosen as Language)}
        >
          {LANGUAGES.map((one) => (
            <Menu.RadioItem
              key={one}
              value={one}
              lang={one}
              closeMenuOnClick={false}
            >
              {LANGUAGE_NAMES[one]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item
          leftSection={<Icon name="out" />}
          onClick={() => void signOut()}
        >
          {t("app.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
