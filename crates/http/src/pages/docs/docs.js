// The API page: reads the application's OpenAPI document from this server and shows it.

import { codeBlock, h, prose } from "./dom.js";
import { methodLabel, operationPage, readOperation } from "./operation.js";
import { fieldList, useDocument } from "./schema.js";
import { startSession } from "./session.js";

const METHODS = ["get", "post", "patch", "delete"];
const element = (id) => document.getElementById(id);

let openapi;
let operations = [];

start();

async function start() {
  startSession();
  startSidebar();
  try {
    const response = await fetch("/api/v1/openapi.json");
    if (!response.ok) throw new Error(`status ${response.status}`);
    openapi = await response.json();
  } catch (error) {
    const message = `The API description could not be read (${error.message}). Load the page again.`;
    element("main").replaceChildren(h("p", { class: "notice bad", role: "alert" }, message));
    return;
  }
  useDocument(openapi);
  operations = Object.entries(openapi.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => readOperation(path, method, item[method])),
  );
  element("title").textContent = `${openapi.info.title} API`;
  element("groups").replaceChildren(...openapi.tags.map(group).filter((found) => found));
  window.addEventListener("hashchange", () => show(true));
  show(false);
}

/** Shows what the address asks for. `moved` says that the reader came here by a link on this page. */
function show(moved) {
  const id = decodeURIComponent(location.hash.slice(1));
  if (id === "main") return;
  const operation = operations.find((known) => known.id === id);
  const page = operation ? operationPage(operation, groupTitle(operation.tag)) : startPage();
  element("main").replaceChildren(page);
  document.title = `${operation ? `${operation.summary}, ${groupTitle(operation.tag)}` : "API"} · ${openapi.info.title}`;
  markCurrent(operation);
  closeMenu();
  window.scrollTo(0, 0);
  if (moved) page.querySelector("h1").focus({ preventScroll: true });
}

function groupTitle(tag) {
  return openapi.tags.find(({ name }) => name === tag)?.["x-displayName"] ?? tag;
}

function startPage() {
  const groups = openapi.tags.filter(({ name }) => operations.some(({ tag }) => tag === name));
  const rows = groups.map(({ name, description }) => {
    const first = operations.find(({ tag }) => tag === name);
    return [
      h("dt", {}, h("a", { href: `#${first.id}` }, groupTitle(name))),
      h("dd", {}, prose(description || "")),
    ];
  });
  return h(
    "article",
    { class: "start" },
    h("header", { class: "head" }, h("h1", { tabindex: "-1" }, `${openapi.info.title} API`), prose(openapi.info.description)),
    h("section", {}, h("h2", {}, "What there is"), h("dl", { class: "fields overview" }, rows)),
    h(
      "section",
      {},
      h("h2", {}, "Failures"),
      h("p", {}, "Every failure has this shape. Its status says what kind it is, its code says which."),
      fieldList({ $ref: "#/components/schemas/Problem" }),
      codeBlock(JSON.stringify(openapi.components.schemas.Problem.example, null, 2), "example of a problem"),
    ),
    h("p", { class: "small muted" }, `Release ${openapi.info.version} · `, h("a", { href: "/api/v1/openapi.json" }, "OpenAPI document")),
  );
}

/** A group of the side bar, closed until it is searched in or shown. */
function group({ name }) {
  const own = operations.filter(({ tag }) => tag === name);
  if (own.length === 0) return null;
  const links = own.map(({ id, method, summary, path }) => {
    const words = `${groupTitle(name)} ${name} ${summary} ${id} ${method} ${path}`.toLowerCase();
    return h("li", { "data-words": words }, h("a", { href: `#${id}` }, methodLabel(method), h("span", {}, summary)));
  });
  return h("details", { class: "group", "data-tag": name }, h("summary", {}, groupTitle(name)), h("ul", {}, links));
}

function markCurrent(operation) {
  for (const link of element("groups").querySelectorAll("a[aria-current]")) link.removeAttribute("aria-current");
  if (!operation) return;
  const link = element("groups").querySelector(`a[href="#${CSS.escape(operation.id)}"]`);
  link.setAttribute("aria-current", "page");
  link.closest("details").open = true;
  link.scrollIntoView({ block: "nearest" });
}

function startSidebar() {
  const search = element("search");
  search.addEventListener("input", () => find(search.value));
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    element("groups").querySelector("li:not([hidden]) a")?.click();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, dialog");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    openMenu();
    search.focus();
  });
  element("sidebar").addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !document.body.classList.contains("menu")) return;
    closeMenu();
    element("menu").focus();
  });
  element("menu").addEventListener("click", () => {
    if (document.body.classList.contains("menu")) closeMenu();
    else openMenu();
  });
}

/** Leaves the operations that have all the words. */
function find(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const details of element("groups").children) {
    let here = 0;
    for (const item of details.querySelectorAll("li")) {
      item.hidden = !words.every((word) => item.dataset.words.includes(word));
      if (!item.hidden) here += 1;
    }
    details.hidden = here === 0;
    details.open = words.length > 0 ? here > 0 : details.querySelector("[aria-current]") !== null;
    found += here;
  }
  element("none").textContent = found === 0 ? "No operation has these words." : "";
}

function openMenu() {
  document.body.classList.add("menu");
  element("menu").setAttribute("aria-expanded", "true");
}

function closeMenu() {
  document.body.classList.remove("menu");
  element("menu").setAttribute("aria-expanded", "false");
}
