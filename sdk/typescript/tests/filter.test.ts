import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Filter, InvalidRequest, decimal, filter } from "mainstay-client";
import { TestServer, first, type TodoClient } from "./support/server.js";

let server: TestServer;
let nora: TodoClient;
let list: string;

/** What strangers write to get out of their quotes. */
const HOSTILE = [
  `" || true || "`,
  `\\" || true || \\"`,
  `\\`,
  `\\\\" || true // `,
  `'`,
  `' || true || '`,
  `"""`,
  `x"\n|| true`,
  `\r\n`,
  `\u2028\u2029`,
  `// comment`,
  `\${list}`,
  `\\u0022 || true || \\u0022`,
  `\ufffd`,
  `\u{1f600} \u00e4 \u7f8e`,
  `) || (true`,
  `&filter=true&limit=500#`,
  `%22%20||%20true`,
  `\t\v\f\u0001\u007f\u0085`,
  `\ufeff`,
];

before(async () => {
  server = await TestServer.start();
  nora = await server.signedIn("nora");
  list = first((await nora.records("lists").list({ limit: 1 })).items).id;
});
after(() => server.stop());

test("hostile values stay values, on the real server", async () => {
  const todos = nora.records("todos");
  const made = new Map<string, string>();
  for (const value of HOSTILE) {
    const description = `${value}.`;
    made.set(
      (await todos.create({ list, title: "Hostile", description })).id,
      value,
    );
  }
  for (const [id, value] of made) {
    const description = `${value}.`;
    const stored = await todos.get(id);
    for (const condition of [
      filter`title == "Hostile" && description == ${description}`,
      filter`title == 'Hostile' && description in ${[description, "another"]}`,
      filter`title == "Hostile" && description.startsWith(${stored.description ?? ""})`,
    ]) {
      const { items } = await todos.list({ filter: condition });
      assert.deepEqual(items, [stored], condition.text);
    }
    const { items } = await todos.list({
      filter: (todo) =>
        todo.title.eq("Hostile").and(todo.description.endsWith(description)),
    });
    assert(items.some((item) => item.id === id));
  }
});

test("a value between quotes or in a comment is refused", () => {
  const value = " || true || ";
  for (const make of [
    () => filter`title == "${value}"`,
    () => filter`title == '${value}'`,
    () => filter`title == """${value}"""`,
    () => filter`title == r"\d${value}"`,
    () => filter`title == "\\" + "${value}"`,
    () => filter`title == "it's" && title == '${value}'`,
    () => filter`true // ${value}`,
  ]) {
    assert.throws(make, TypeError);
  }
  // Quotes that are closed are no matter.
  assert.equal(
    filter`title == "it's \" // all" && due < ${"2026-01-01"}`.text,
    'title == "it\'s \\" // all" && due < "2026-01-01"',
  );
  assert.equal(
    filter`title == r"\" || // ends with the line
      description == ${"x"}`.text,
    'title == r"\\" || // ends with the line\n      description == "x"',
  );
});

test("what is no value is refused", () => {
  for (const value of [
    Number.NaN,
    Infinity,
    new Date("never"),
    "\0",
    "\ud800",
  ]) {
    assert.throws(() => filter`title == ${value}`, TypeError);
  }
  // What a program in JavaScript could pass.
  const wrong: unknown[] = [undefined, {}, () => 1, Symbol("x")];
  for (const value of wrong) {
    assert.throws(
      () => Reflect.apply(filter, null, [raw("a == ", ""), value]),
      TypeError,
    );
  }
});

function raw(...strings: readonly string[]): { raw: readonly string[] } {
  return { raw: strings };
}

test("decimals are digits and nothing else", () => {
  assert.equal(
    filter`price - ${decimal("-12.50")} > ${decimal("0.10")}`.text,
    "price - (-12.50) > 0.10",
  );
  for (const digits of ["", "1 || true", "1e5", "0x1", ".5", "1.", "NaN"]) {
    assert.throws(() => decimal(digits), TypeError);
  }
});

test("values are written by their type", () => {
  const at = new Date(Date.UTC(2026, 2, 1, 9, 30));
  const inner = filter`a == ${1} || b`;
  assert.equal(
    filter`${inner} && x - ${-3} < ${4.5} && y in ${["a", "b"]} && z == ${null}`
      .text,
    `(a == 1 || b) && x - (-3) < 4.5 && y in ["a", "b"] && z == null`,
  );
  assert.equal(
    filter`t > ${at} && n == ${12345678901234567890n} && b == ${true}`.text,
    `t > timestamp("2026-03-01T09:30:00.000Z") && n == 12345678901234567890 && b == true`,
  );
});

test("filters made from fields mean what they say", async () => {
  const todos = nora.records("todos");
  const all = [];
  for await (const todo of todos.each({
    limit: 500,
    expand: ["list", "comments"],
  })) {
    all.push(todo);
  }
  const late = new Date("2999-01-01");
  const { items } = await todos.list({
    limit: 500,
    filter: (todo) =>
      todo.completed.eq(false).and(
        todo.due.isNotNull(),
        todo.due.lt("2999-01-01"),
        todo.created_at.lte(late),
        todo.priority.oneOf(["normal", "high", "urgent"]),
        todo.list.name.ne("nothing").or(todo.list.isNull()),
        todo.comments.exists((comment) => comment.body.contains("e")),
        todo.comments.all((comment) => comment.mentions.has(list).not()),
        todo.title.eq("never").not(),
      ),
  });
  const expected = all.filter(
    (todo) =>
      !todo.completed &&
      todo.due !== null &&
      todo.priority !== "low" &&
      todo.expand.comments.some((comment) => comment.body.includes("e")),
  );
  assert(expected.length > 0);
  assert.deepEqual(
    new Set(items.map(({ id }) => id)),
    new Set(expected.map(({ id }) => id)),
  );
  const nested = await todos.list({
    filter: (todo) =>
      todo.list.workspace.members.exists((member) =>
        member.shares.exists((share) =>
          share.level
            .eq("edit")
            .and(share.member.user.eq("0195a3c9-0e4b-7e0a-b1cf-3d1a7a7f5c02")),
        ),
      ),
  });
  assert.deepEqual(nested.items, []);
  assert.deepEqual(
    (await todos.list({ filter: (todo) => todo.title.oneOf([]) })).items,
    [],
  );
});

test("a filter that makes no sense says where", async () => {
  const odd = nora
    .records("todos")
    .list({ filter: Filter.fromText("nothing == 1") });
  await assert.rejects(odd, (error) => {
    assert(error instanceof InvalidRequest);
    assert.equal(error.code, "invalid_filter");
    assert.equal(first(error.fields).field, "filter");
    return true;
  });
});
