import { pageTexts } from "../../i18n/page-texts.ts";

export const texts = pageTexts(
  "home",
  {
    collections: "Collections",
    records_one: "{{count}} record",
    records_other: "{{count}} records",
    none: "No records yet",
    noCollections: "You see no collections",
    noCollectionsText:
      "Ask an administrator, or add a collection to the definition of the application.",
    search: "Search all collections",
    found: "Found records",
    searching: "Searching…",
    nothing: "No record is called “{{words}}”.",
    searchFailed: "The search did not work. Type again to try again.",
    recent: "Last changed by you",
    recentNone: "What you make and change is here afterwards.",
    news: "News for you",
    newsNone:
      "Follow a record, or have somebody mention you, and you are told here.",
  },
  {
    de: {
      collections: "Sammlungen",
      records_one: "{{count}} Eintrag",
      records_other: "{{count}} Einträge",
      none: "Noch keine Einträge",
      noCollections: "Es sind keine Sammlungen zu sehen",
      noCollectionsText:
        "Die Verwaltung fragen oder der Definition der Anwendung eine Sammlung hinzufügen.",
      search: "Alle Sammlungen durchsuchen",
      found: "Gefundene Einträge",
      searching: "Wird gesucht …",
      nothing: "Kein Eintrag heißt „{{words}}“.",
      searchFailed:
        "Die Suche hat nicht geklappt. Neu tippen, um es noch einmal zu versuchen.",
      recent: "Zuletzt selbst geändert",
      recentNone: "Was angelegt und geändert wird, steht danach hier.",
      news: "Neuigkeiten",
      newsNone: "Wer einem Eintrag folgt oder erwähnt wird, erfährt es hier.",
    },
  },
);
