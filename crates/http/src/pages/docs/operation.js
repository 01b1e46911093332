// One operation on the page: what it does, what it takes, what it answers, and a form to try it.

import { codeBlock, copyButton, h, inline, prose } from "./dom.js";
import { requestForm } from "./request.js";
import { fieldList, resolve, typeWords } from "./schema.js";

/** An operation of the document with everything that the page asks of it. */
export function readOperation(path, method, described) {
  const content = described.requestBody?.content?.["application/json"];
  return {
    id: described.operationId,
    tag: described.tags[0],
    method: method.toUpperCase(),
    path,
    summary: described.summary,
    description: described.description ?? "",
    takesToken: described.security.some((way) => "bearer" in way),
    parameters: (described.parameters ?? []).map(resolve),
    body: content ? { schema: content.schema, example: inOrder(content.example, resolve(content.schema)) } : null,
    responses: Object.entries(described.responses).map(([status, response]) => [status, resolve(response)]),
  };
}

/** The method as a coloured word. */
export function methodLabel(method) {
  return h("span", { class: `method ${method.toLowerCase()}` }, method);
}

/** The whole page of an operation. */
export function operationPage(operation, groupTitle) {
  const { form, samples } = requestForm(operation);
  const title = h("h1", { tabindex: "-1" }, operation.summary);
  const head = h(
    "header",
    { class: "head" },
    h("p", { class: "small muted" }, groupTitle),
    title,
    h("div", { class: "path" }, methodLabel(operation.method), h("code", {}, breakable(operation.path)), copyButton(() => operation.path, "path")),
    prose(operation.description),
  );
  const described = h("div", { class: "described" }, parameterSection(operation), bodySection(operation), answerSection(operation));
  const tried = h(
    "div",
    { class: "tried" },
    h("section", { class: "panel", "aria-labelledby": "try-title" }, h("h2", { id: "try-title" }, "Try it"), form),
    h("section", { class: "panel", "aria-labelledby": "code-title" }, h("h2", { id: "code-title" }, "Code"), samples),
  );
  return h("article", { class: "operation" }, head, described, tried);
}

/** A path that a narrow screen may break after its slashes. */
function breakable(path) {
  return path.split(/(?<=\/)/).flatMap((part) => [part, h("wbr")]);
}

function parameterSection({ parameters }) {
  if (parameters.length === 0) return null;
  const rows = parameters.map((parameter) => {
    const schema = resolve(parameter.schema);
    const place = parameter.in === "query" ? "" : `${parameter.in}, `;
    const facts = [];
    if (schema.minimum !== undefined) facts.push(`${schema.minimum} to ${schema.maximum}`);
    if (schema.default !== undefined) facts.push(`default ${schema.default}`);
    return [
      h(
        "dt",
        {},
        h("code", { class: "field-name" }, parameter.name),
        h("span", { class: "type" }, place + typeWords(schema)),
        parameter.required ? h("span", { class: "badge" }, "required") : null,
      ),
      h(
        "dd",
        {},
        h("p", {}, inline(parameter.description ?? "")),
        facts.length > 0 ? h("p", { class: "limits" }, facts.map((fact) => h("span", {}, fact))) : null,
        optionDetails(schema.items?.enum),
      ),
    ];
  });
  return h("section", {}, h("h2", {}, "Parameters"), h("dl", { class: "fields" }, rows));
}

/** A long list of options, such as the fields of a collection. */
function optionDetails(options) {
  if (!options) return null;
  const shown = options.filter((option) => !option.startsWith("-"));
  const words = shown.flatMap((option, position) => [position > 0 ? " " : "", h("code", {}, option)]);
  return h("details", { class: "nested" }, h("summary", {}, "Possible values"), h("p", { class: "options" }, words));
}

function bodySection({ body }) {
  if (!body) return null;
  const example = body.example === undefined ? null : exampleFigure(body.example);
  return h("section", {}, h("h2", {}, "Body"), fieldList(body.schema, true), example);
}

function exampleFigure(value) {
  return h("figure", {}, h("figcaption", {}, "Example"), codeBlock(JSON.stringify(value, null, 2), "example"));
}

function answerSection({ responses }) {
  const items = responses.map(([status, response]) => {
    const [first, ...rest] = response.description.split("\n\n");
    const kind = status < "400" ? "good" : status < "500" ? "warn" : "bad";
    const details = h("details", { class: "response" }, h("summary", {}, h("span", { class: `status ${kind}` }, status), h("span", {}, first)));
    details.append(h("div", { class: "response-body" }, prose(rest.join("\n\n")).filter((block) => block.textContent), answerBody(status, response), headerList(response)));
    return details;
  });
  return h("section", {}, h("h2", {}, "Answers"), h("div", { class: "responses" }, items));
}

/** What a success carries; that of failures is the same for all of them and explained at the start page. */
function answerBody(status, response) {
  const content = response.content?.["application/json"];
  if (!content || status >= "400") return null;
  const schema = resolve(content.schema);
  // A whole record stands first; what `fields` leaves of it needs no list of its own.
  const main = schema.anyOf ? resolve(schema.anyOf[0]) : schema;
  const example = content.example ?? main.example;
  return [main.properties ? fieldList(main) : null, example === undefined ? null : exampleFigure(inOrder(example, main))];
}

/** An example with its members in the order of the fields. */
function inOrder(example, { "x-order": order }) {
  if (!order || !example) return example;
  return Object.fromEntries(order.filter((name) => name in example).map((name) => [name, example[name]]));
}

function headerList(response) {
  const headers = Object.entries(response.headers ?? {});
  if (headers.length === 0) return null;
  const rows = headers.map(([name, header]) => [
    h("dt", {}, h("code", { class: "field-name" }, name), h("span", { class: "type" }, "header")),
    h("dd", {}, h("p", {}, inline(resolve(header).description))),
  ]);
  return h("dl", { class: "fields" }, rows);
}
