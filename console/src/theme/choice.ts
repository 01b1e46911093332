/** Kept in this browser; `public/theme.js` reads it before the first paint. */
const KEPT_IN = "mainstay.theme";

export const THEMES = ["system", "light", "dark", "contrast"] as const;
export type Theme = (typeof THEMES)[number];

export function chosenTheme(): Theme {
  const kept = localStorage.getItem(KEPT_IN);
  return THEMES.find((one) => one === kept) ?? "system";
}

export function chooseTheme(theme: Theme): void {
  if (theme === "system") {
    localStorage.removeItem(KEPT_IN);
  } else {
    localStorage.setItem(KEPT_IN, theme);
  }
  document.documentElement.dataset["contrast"] =
    theme === "contrast" ? "more" : "normal";
}

/** Mantine knows no contrast: high contrast is the system's light or dark with stronger tokens. */
export function schemeOf(theme: Theme): "light" | "dark" | "auto" {
  return theme === "light" || theme === "dark" ? theme : "auto";
}
