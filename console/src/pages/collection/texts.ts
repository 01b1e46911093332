import { pageTexts } from "../../i18n/page-texts.ts";
import { de } from "./texts-de.ts";
import { en } from "./texts-en.ts";

export const texts = pageTexts("collection", en, { de });
