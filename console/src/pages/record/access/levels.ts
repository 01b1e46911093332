import type { Share } from "mainstay-client";

import type { usePageTexts } from "../../../i18n/page-texts.ts";

const LEVELS = ["read", "comment", "edit"] as const;

/** What a share can let its holders do, for a choice. */
export function levelsOf(say: ReturnType<typeof usePageTexts<"access">>) {
  return LEVELS.map((level) => ({
    value: level,
    label: say(`levels.${level}`),
  }));
}

/** A chosen level; the least where it is none. */
export function readLevel(text: string | null): Share["level"] {
  return LEVELS.find((level) => level === text) ?? "read";
}

/** A moment as an input of the browser has it; null where none is chosen. */
export function readEnd(text: string): string | null {
  return text === "" ? null : new Date(text).toISOString();
}
