import { pageTexts } from "../../i18n/page-texts.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";

export const texts = pageTexts("account", en, { de });
