/** The languages of the console, by their tags (RFC 5646). */
export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each in its own words. */
export const LANGUAGE_NAMES: { readonly [L in Language]: string } = {
  en: "English",
  de: "Deutsch",
};

/** What another language has to say: the same keys. */
export type Texts<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]>;
};
