import { pageTexts } from "../../i18n/page-texts.ts";

export const texts = pageTexts(
  "importLink",
  { label: "Import" },
  { de: { label: "Importieren" } },
);
