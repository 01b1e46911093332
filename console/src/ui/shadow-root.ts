/**
 * The shadow root of an element, made when it has none. Keys that are typed below one look, from outside, as if they were
 * pressed on what holds it, and the shortcuts of the page would take them: they stay inside, but for those that lead out.
 */
export function shadowRootOf(host: HTMLElement): ShadowRoot {
  if (host.shadowRoot !== null) {
    return host.shadowRoot;
  }
  host.addEventListener("keydown", (event) => {
    const leadsOut =
      event.key === "Escape" ||
      event.key === "Tab" ||
      ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k");
    if (!leadsOut) {
      event.stopPropagation();
    }
  });
  return host.attachShadow({ mode: "open" });
}
