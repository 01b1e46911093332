import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import type { texts as fields } from "../fields/texts.ts";
import type { texts as account } from "../pages/account/texts.ts";
import type { texts as adminDefinition } from "../pages/administration/definition/texts.ts";
import type { texts as adminRules } from "../pages/administration/rules/texts.ts";
import type { texts as adminServer } from "../pages/administration/server/texts.ts";
import type { texts as adminMails } from "../pages/administration/mails/texts.ts";
import type { texts as administration } from "../pages/administration/texts.ts";
import type { texts as adminApi } from "../pages/administration/api/texts.ts";
import type { texts as adminAudit } from "../pages/administration/audit/texts.ts";
import type { texts as adminClients } from "../pages/administration/clients/texts.ts";
import type { texts as adminUsers } from "../pages/administration/users/texts.ts";
import type { texts as adminWebhooks } from "../pages/administration/webhooks/texts.ts";
import type { texts as collection } from "../pages/collection/texts.ts";
import type { texts as home } from "../pages/home/texts.ts";
import type { texts as importLink } from "../pages/import/link-texts.ts";
import type { texts as importing } from "../pages/import/texts.ts";
import type { texts as link } from "../pages/link/texts.ts";
import type { texts as notifications } from "../pages/notifications/texts.ts";
import type { texts as access } from "../pages/record/access/texts.ts";
import type { texts as comments } from "../pages/record/comments/texts.ts";
import type { texts as record } from "../pages/record/texts.ts";
import type { texts as versions } from "../pages/record/versions/texts.ts";
import type { texts as share } from "../pages/share/texts.ts";
import type { texts as shared } from "../pages/shared/texts.ts";
import type { texts as signIn } from "../pages/sign-in/texts.ts";
import type { texts as trash } from "../pages/trash/texts.ts";
import { LANGUAGES, type Language, type Texts } from "./languages.ts";

/** The texts of each page that brings its own, by the folder of the page. */
export interface TextsOfPages {
  readonly "sign-in": (typeof signIn)["en"];
  readonly access: (typeof access)["en"];
  readonly account: (typeof account)["en"];
  readonly adminApi: (typeof adminApi)["en"];
  readonly adminAudit: (typeof adminAudit)["en"];
  readonly administration: (typeof administration)["en"];
  readonly adminDefinition: (typeof adminDefinition)["en"];
  readonly adminRules: (typeof adminRules)["en"];
  readonly adminServer: (typeof adminServer)["en"];
  readonly adminMails: (typeof adminMails)["en"];
  readonly adminClients: (typeof adminClients)["en"];
  readonly adminUsers: (typeof adminUsers)["en"];
  readonly adminWebhooks: (typeof adminWebhooks)["en"];
  readonly collection: (typeof collection)["en"];
  readonly comments: (typeof comments)["en"];
  readonly fields: (typeof fields)["en"];
  readonly home: (typeof home)["en"];
  readonly import: (typeof importing)["en"];
  readonly importLink: (typeof importLink)["en"];
  readonly link: (typeof link)["en"];
  readonly notifications: (typeof notifications)["en"];
  readonly record: (typeof record)["en"];
  readonly share: (typeof share)["en"];
  readonly shared: (typeof shared)["en"];
  readonly trash: (typeof trash)["en"];
  readonly versions: (typeof versions)["en"];
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
