// Elements: made, filled with text, copied from. Text never becomes markup.

/** Makes an element: `h("a", { href: "#x", class: "y", onclick: f }, "text", child)`. */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === false || value === null) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value") element.value = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** The little of CommonMark that descriptions use: paragraphs, lists and `code`. */
export function prose(text) {
  return text.split(/\n{2,}/).map((block) => {
    const lines = block.split("\n");
    if (lines.every((line) => line.startsWith("- "))) {
      return h("ul", {}, lines.map((line) => h("li", {}, inline(line.slice(2)))));
    }
    return h("p", {}, inline(lines.join(" ")));
  });
}

/** Text with `code` in it. */
export function inline(text) {
  return text.split("`").map((part, position) => (position % 2 === 1 ? h("code", {}, part) : part));
}

/** A block of code with a button that copies it. */
export function codeBlock(text, label) {
  const code = h("code", {}, isJson(text) ? colouredJson(text) : text);
  return h(
    "div",
    { class: "code" },
    h("pre", { tabindex: "0", "aria-label": label }, code),
    copyButton(() => text, label),
  );
}

export function copyButton(text, what) {
  const button = h("button", { type: "button", class: "quiet copy" }, "Copy");
  button.append(h("span", { class: "unseen" }, ` ${what}`));
  const said = h("span", { class: "unseen", role: "status" });
  button.addEventListener("click", async () => {
    const copied = await copy(text());
    button.firstChild.data = copied ? "Copied" : "Not copied";
    said.textContent = copied ? `${what} copied` : "The browser did not allow copying";
    setTimeout(() => {
      button.firstChild.data = "Copy";
      said.textContent = "";
    }, 2000);
  });
  return h("span", { class: "copying" }, button, said);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without TLS there is no clipboard, except on the machine itself.
    const area = h("textarea", { class: "unseen", value: text, "aria-hidden": "true" });
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
}

function isJson(text) {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

const JSON_PARTS = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON with its names, texts and other values in colours of their own. */
function colouredJson(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(JSON_PARTS)) {
    const [whole, quoted, colon] = match;
    parts.push(text.slice(end, match.index));
    if (colon) parts.push(h("span", { class: "json-name" }, quoted), colon);
    else parts.push(h("span", { class: quoted ? "json-text" : "json-value" }, whole));
    end = match.index + whole.length;
  }
  parts.push(text.slice(end));
  return parts;
}

let tabCount = 0;

/** A choice of panels of which one is shown, as tabs. `panels` is a list of `[label, element]`. */
export function tabs(label, panels) {
  const buttons = panels.map(([name, panel], position) => {
    const id = `tab-${(tabCount += 1)}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", id);
    return h("button", { id, type: "button", role: "tab", class: "tab", onclick: () => choose(position) }, name);
  });
  const choose = (chosen) => {
    buttons.forEach((button, position) => {
      button.setAttribute("aria-selected", String(position === chosen));
      button.tabIndex = position === chosen ? 0 : -1;
      panels[position][1].hidden = position !== chosen;
    });
  };
  const list = h("div", { role: "tablist", class: "tabs", "aria-label": label }, buttons);
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
    choose(next);
    buttons[next].focus();
  });
  choose(0);
  return h("div", { class: "tabbed" }, list, panels.map(([, panel]) => panel));
}
