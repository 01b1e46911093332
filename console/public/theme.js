// Runs before the first paint: the colours that the person chose, so that nothing flashes.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("mainstay.theme");
  } catch {
    // Without storage the system's choice holds.
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const contrast =
    chosen === "contrast" ||
    (chosen === null && matchMedia("(prefers-contrast: more)").matches);
  const scheme = chosen === "dark" || chosen === "light" ? chosen : null;
  const root = document.documentElement;
  root.dataset.mantineColorScheme = scheme ?? (dark ? "dark" : "light");
  root.dataset.contrast = contrast ? "more" : "normal";
})();
