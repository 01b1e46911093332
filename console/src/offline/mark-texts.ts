import { pageTexts } from "../i18n/page-texts.ts";

export const texts = pageTexts(
  "pendingMark",
  { waits: "Waits for the connection" },
  { de: { waits: "Wartet auf die Verbindung" } },
);
