// The form that sends an operation's request, its answer, and the same request as code.

import { codeBlock, h, tabs } from "./dom.js";
import { resolve } from "./schema.js";
import { accessToken, isSignedIn } from "./session.js";

/** The id seen last, by the group of operations: most people go on with the record that they just made. */
const lastIds = new Map();
let forms = 0;

/** The form of an operation. */
export function requestForm(operation) {
  const prefix = `form-${(forms += 1)}`;
  const inputs = operation.parameters.map((parameter) => parameterInput(operation, parameter, prefix));
  const body = operation.body ? bodyInput(operation, prefix) : null;
  const samples = h("div", { class: "samples" });
  const answer = h("div", { class: "answer" });
  const status = h("p", { class: "answer-status", role: "status" });
  const send = h("button", { type: "submit", class: "primary" }, "Send");
  const who = h("p", { class: "small muted who" });

  const request = () => readRequest(operation, inputs, body);
  const refresh = () => {
    who.textContent = isSignedIn() ? "Sent with the token of your session." : "Sent without a token: nobody is signed in.";
    samples.replaceChildren(codeTabs(request()));
  };
  const form = h("form", { class: "try", novalidate: true, "aria-label": "Send a request" });
  form.append(...inputs.map(({ field }) => field), ...(body ? [body.field] : []), h("div", { class: "row" }, send, who), status, answer);
  form.addEventListener("input", refresh);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!isComplete(inputs, body)) return;
    send.disabled = true;
    status.textContent = "Waiting for the answer …";
    answer.replaceChildren();
    const outcome = await sendRequest(request());
    send.disabled = false;
    showOutcome(operation, outcome, status, answer);
    answer.scrollIntoView({ block: "nearest" });
    status.scrollIntoView({ block: "nearest" });
  });
  // The page of another operation may be shown by then: a form that is gone hears nothing.
  const follow = () => (form.isConnected ? refresh() : document.removeEventListener("session", follow));
  document.addEventListener("session", follow);
  refresh();
  return { form, samples };
}

function parameterInput(operation, parameter, prefix) {
  const id = `${prefix}-${parameter.name}`;
  const schema = resolve(parameter.schema);
  const known = parameter.in === "path" ? (lastIds.get(operation.tag) ?? "") : "";
  const shared = { id, name: parameter.name, required: parameter.required, "aria-describedby": `${id}-fault` };
  const hint = placeholder(parameter, schema);
  let input;
  if (schema.type === "boolean") {
    input = h("select", shared, h("option", { value: "" }, "not given"), h("option", {}, "true"), h("option", {}, "false"));
  } else {
    const kind = schema.type === "integer" ? { inputmode: "numeric" } : {};
    input = h("input", { ...shared, ...kind, placeholder: hint, value: known, autocomplete: "off", spellcheck: "false" });
  }
  const fault = h("p", { id: `${id}-fault`, class: "fault", hidden: true });
  const where = parameter.in === "query" ? null : h("span", { class: "muted" }, ` ${parameter.in}`);
  const field = h("div", { class: "field" }, h("label", { for: id }, h("code", {}, parameter.name), where), input, fault);
  return { parameter, input, fault, field };
}

function placeholder(parameter, schema) {
  if (parameter.in === "path") return "";
  if (parameter.example !== undefined) return [parameter.example].flat().join(",");
  if (schema.default !== undefined) return String(schema.default);
  if (parameter.name === "If-Match" || parameter.name === "If-None-Match") return '"1"';
  return "";
}

function bodyInput(operation, prefix) {
  const id = `${prefix}-body`;
  const text = JSON.stringify(operation.body.example ?? {}, null, 2);
  const rows = Math.min(text.split("\n").length + 1, 18);
  const input = h("textarea", { id, rows: String(rows), spellcheck: "false", class: "mono", value: text, "aria-describedby": `${id}-fault` });
  const fault = h("p", { id: `${id}-fault`, class: "fault", hidden: true });
  return { input, fault, field: h("div", { class: "field" }, h("label", { for: id }, "Body"), input, fault) };
}

/** Says what is missing and goes there. */
function isComplete(inputs, body) {
  const faults = inputs.map(({ parameter, input, fault }) => {
    return { input, fault, message: parameter.required && !input.value.trim() ? "Give this a value." : "" };
  });
  if (body) faults.push({ ...body, message: jsonFault(body.input.value) });
  for (const { input, fault, message } of faults) {
    fault.textContent = message;
    fault.hidden = !message;
    if (message) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  const first = faults.find(({ message }) => message);
  first?.input.focus();
  return !first;
}

function jsonFault(text) {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return `This is not JSON: ${error.message}`;
  }
}

/** The request as the form has it now; an id that is not given yet stands as `{id}`. */
function readRequest(operation, inputs, body) {
  let path = operation.path;
  const query = [];
  const headers = {};
  for (const { parameter, input } of inputs) {
    const value = input.value.trim();
    if (!value) continue;
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (parameter.in === "header") headers[parameter.name] = value;
    else query.push(`${parameter.name}=${encodeURIComponent(value).replaceAll("%2C", ",")}`);
  }
  if (body) headers["Content-Type"] = "application/json";
  const url = query.length > 0 ? `${path}?${query.join("&")}` : path;
  return { method: operation.method, url, headers, body: body?.input.value, takesToken: operation.takesToken };
}

async function sendRequest({ method, url, headers, body, takesToken }) {
  try {
    const token = takesToken ? await accessToken() : null;
    const sent = token ? { ...headers, Authorization: `Bearer ${token}` } : headers;
    const began = performance.now();
    const response = await fetch(url, { method, headers: sent, body, cache: "no-store" });
    const text = await response.text();
    return { response, text, milliseconds: performance.now() - began };
  } catch {
    return null;
  }
}

function showOutcome(operation, outcome, status, answer) {
  if (!outcome) {
    status.replaceChildren(h("span", { class: "status bad" }, "No answer"), " The server could not be reached.");
    return;
  }
  const { response, text, milliseconds } = outcome;
  const kind = response.ok ? "good" : response.status < 500 ? "warn" : "bad";
  const name = `${response.status} ${response.statusText}`.trim();
  const bytes = new TextEncoder().encode(text).length;
  status.replaceChildren(
    h("span", { class: `status ${kind}` }, name),
    h("span", { class: "small muted" }, `${milliseconds.toFixed(0)} ms`),
    h("span", { class: "small muted" }, size(bytes)),
  );
  const headers = [...response.headers].map(([header, value]) => `${header}: ${value}`).join("\n");
  const { shown, parsed } = formatted(text);
  const shownBody = shown ? codeBlock(shown, "Body of the answer") : h("p", { class: "small muted" }, "There is no body.");
  answer.replaceChildren(
    tabs("Answer", [
      ["Body", h("div", {}, shownBody)],
      ["Headers", h("div", {}, codeBlock(headers, "Headers of the answer"))],
    ]),
  );
  const id = parsed?.id ?? parsed?.items?.[0]?.id;
  if (typeof id === "string") lastIds.set(operation.tag, id);
}

function size(bytes) {
  return bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} kB`;
}

function formatted(text) {
  try {
    const parsed = JSON.parse(text);
    return { parsed, shown: JSON.stringify(parsed, null, 2) };
  } catch {
    return { parsed: null, shown: text };
  }
}

function codeTabs(request) {
  return tabs("Code", [
    ["curl", h("div", {}, codeBlock(curl(request), "curl command"))],
    ["fetch", h("div", {}, codeBlock(fetchCode(request), "fetch code"))],
  ]);
}

function curl({ method, url, headers, body, takesToken }) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = [`curl ${method === "GET" ? "" : `-X ${method} `}${quoted(location.origin + url)}`];
  if (takesToken && isSignedIn()) lines.push('-H "Authorization: Bearer $TOKEN"');
  for (const [name, value] of Object.entries(headers)) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (body !== undefined) lines.push(`-d ${quoted(body)}`);
  return lines.join(" \\\n  ");
}

function fetchCode({ method, url, headers, body, takesToken }) {
  const options = [];
  if (method !== "GET") options.push(`  method: "${method}",`);
  const given = Object.entries(headers).map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  if (takesToken && isSignedIn()) given.unshift("    Authorization: `Bearer ${token}`,");
  if (given.length > 0) options.push("  headers: {", ...given, "  },");
  if (body !== undefined) options.push(`  body: JSON.stringify(${body.trim().replaceAll("\n", "\n  ")}),`);
  const second = options.length > 0 ? `, {\n${options.join("\n")}\n}` : "";
  return [
    `const response = await fetch(${JSON.stringify(location.origin + url)}${second});`,
    "if (!response.ok) throw new Error((await response.json()).detail);",
    ...(method === "DELETE" ? [] : ["const answer = await response.json();"]),
  ].join("\n");
}
