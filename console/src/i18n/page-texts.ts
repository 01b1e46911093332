import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import type { texts as fields } from "../fields/texts.ts";
import type { texts as offline } from "../offline/texts.ts";
import type { texts as home } from "../pages/home/texts.ts";
import type { texts as importLink } from "../pages/import/link-texts.ts";
import type { texts as importing } from "../pages/import/texts.ts";
import type { texts as record } from "../pages/record/texts.ts";
import type { texts as trash } from "../pages/trash/texts.ts";
import { LANGUAGES, type Language, type Texts } from "./languages.ts";

/** The texts of each page that brings its own, by the folder of the page. */
export interface TextsOfPages {
  readonly fields: (typeof fields)["en"];
  readonly offline: (typeof offline)["en"];
  readonly home: (typeof home)["en"];
  readonly importLink: (typeof importLink)["en"];
  readonly import: (typeof importing)["en"];
  readonly record: (typeof record)["en"];
  readonly trash: (typeof trash)["en"];
}
type Page = keyof TextsOfPages;

/** What a page says, in every language: it is loaded with the page, and not with the first one. */
export type PageTexts<N extends string, T> = {
  readonly page: N;
} & { readonly [L in Language]: L extends "en" ? T : Texts<T> };

/** Names the texts of a page. A language that lacks one, or has one too many, fails the build. */
export function pageTexts<N extends string, const T>(
  page: N,
  en: T,
  others: { readonly [L in Exclude<Language, "en">]: Texts<NoInfer<T>> },
): PageTexts<N, T> {
  return { page, en, ...others } as PageTexts<N, T>;
}

/** What `useTranslation` gives, for the texts of a page. */
export function usePageTexts<N extends Page>(
  texts: PageTexts<N, TextsOfPages[N]>,
): TFunction<N> {
  const { i18n } = useTranslation();
  for (const language of LANGUAGES) {
    if (!i18n.hasResourceBundle(language, texts.page)) {
      i18n.addResourceBundle(language, texts.page, texts[language]);
    }
  }
  return useTranslation(texts.page).t as unknown as TFunction<N>;
}
