import { useMediaQuery } from "@mantine/hooks";
import { useSyncExternalStore } from "react";

import { chooseTheme, chosenTheme, schemeOf, type Theme } from "./choice.ts";

const watchers = new Set<() => void>();

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  addEventListener("storage", watcher);
  return () => {
    watchers.delete(watcher);
    removeEventListener("storage", watcher);
  };
}

export function setTheme(theme: Theme): void {
  chooseTheme(theme);
  for (const watcher of watchers) {
    watcher();
  }
}

/** What the person chose, and what it comes to on this system. */
export function useTheme(): {
  readonly theme: Theme;
  readonly scheme: "light" | "dark";
} {
  const theme = useSyncExternalStore(watch, chosenTheme);
  const dark = useMediaQuery("(prefers-color-scheme: dark)", undefined, {
    getInitialValueInEffect: false,
  });
  const scheme = schemeOf(theme);
  return {
    theme,
    scheme: scheme === "auto" ? (dark ? "dark" : "light") : scheme,
  };
}
