import { createInstance, type i18n as I18n } from "i18next";
import { initReactI18next } from "react-i18next";

import { en, type Words } from "./en.ts";
import { LANGUAGES, type Language } from "./languages.ts";
import type { TextsOfPages } from "./page-texts.ts";

const KEPT_IN = "mainstay.language";

/** Loaded when they are chosen; English is there for what fails to load. */
const OTHERS: Readonly<Record<string, () => Promise<Words>>> = {
  de: async () => (await import("./de.ts")).de,
};

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "console";
    resources: { console: typeof en } & TextsOfPages;
  }
}

/** The texts in the language that the person chose, or that of the browser. */
export async function loadTexts(): Promise<I18n> {
  const texts = createInstance();
  await texts.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    defaultNS: "console",
    resources: { en: { console: en } },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
  });
  await useLanguage(texts, chosenLanguage());
  return texts;
}

export async function useLanguage(
  texts: I18n,
  language: Language,
): Promise<void> {
  const load = OTHERS[language];
  if (load !== undefined && !texts.hasResourceBundle(language, "console")) {
    texts.addResourceBundle(language, "console", await load());
  }
  await texts.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = texts.dir(language);
}

/** Keeps the choice in this browser. */
export async function chooseLanguage(
  texts: I18n,
  language: Language,
): Promise<void> {
  localStorage.setItem(KEPT_IN, language);
  await useLanguage(texts, language);
}

function chosenLanguage(): Language {
  const wanted = [localStorage.getItem(KEPT_IN), ...navigator.languages];
  for (const tag of wanted) {
    const found = LANGUAGES.find((one) => tag?.split("-")[0] === one);
    if (found !== undefined) {
      return found;
    }
  }
  return "en";
}
