/**
 * Keys that are typed below a shadow root look, from outside, as if they were pressed on what holds it, and the shortcuts
 * of the page would take them. They stay inside, but for those that lead out.
 */
export function keepKeysInside(host: HTMLElement): void {
  host.addEventListener("keydown", (event) => {
    const leadsOut =
      event.key === "Escape" ||
      event.key === "Tab" ||
      ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k");
    if (!leadsOut) {
      event.stopPropagation();
    }
  });
}
