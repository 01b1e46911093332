import { Radio, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { chooseLanguage } from "../../i18n/i18n.ts";
import {
  LANGUAGE_NAMES,
  LANGUAGES,
  type Language,
} from "../../i18n/languages.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { THEMES, type Theme } from "../../theme/choice.ts";
import { setTheme, useTheme } from "../../theme/use-theme.ts";
import { Part } from "./part.tsx";
import { texts } from "./texts.ts";

/** How the console looks and speaks in this browser. */
export function DisplaySection() {
  const { t, i18n } = useTranslation();
  const say = usePageTexts(texts);
  const { theme } = useTheme();
  return (
    <>
      <Part title={say("display.language")} text={say("display.kept")}>
        <Radio.Group
          aria-label={say("display.language")}
          value={i18n.language}
          onChange={(chosen) => void chooseLanguage(i18n, chosen as Language)}
        >
          <Stack gap="xs">
            {LANGUAGES.map((one) => (
              <Radio
                key={one}
                value={one}
                label={LANGUAGE_NAMES[one]}
                lang={one}
              />
            ))}
          </Stack>
        </Radio.Group>
      </Part>
      <Part title={say("display.theme")} text={say("display.kept")}>
        <Radio.Group
          aria-label={say("display.theme")}
          value={theme}
          onChange={(chosen) => setTheme(chosen as Theme)}
        >
          <Stack gap="xs">
            {THEMES.map((one) => (
              <Radio key={one} value={one} label={t(`app.themes.${one}`)} />
            ))}
          </Stack>
        </Radio.Group>
      </Part>
    </>
  );
}
