/** What must compile and, behind `@ts-expect-error`, what must not. It is checked and never run. */
import {
  createClient,
  decimal,
  filter,
  type Client,
  type ErrorCode,
  type MainstayError,
} from "mainstay-client";
import { schema as odd } from "../generated/odd.js";
import { schema, type Schema, type Todos } from "../generated/todo.js";

const client: Client<Schema> = createClient({ url: "http://a", schema });
const things = createClient({ url: "http://a", schema: odd }).records("things");
const todos = client.records("todos");

// Collections and fields are those of the definition.
// @ts-expect-error there is no such collection
client.records("todo");

const todo = await todos.get("id");
const title: string = todo.title;
const due: string | null = todo.due;
// @ts-expect-error it may be null
const day: string = todo.due;
// @ts-expect-error there is no such field
todo.titel;
// @ts-expect-error a record that was read is not changed in place
todo.title = title;
// @ts-expect-error a relation is not expanded by itself
todo.expand;
const invitation = await client.records("invitations").get("id");
// @ts-expect-error hidden fields never arrive
invitation.code;

// What is created.
await todos.create({ list: "id", title, due, priority: "low" });
// @ts-expect-error a required field is missing
await todos.create({ title });
// @ts-expect-error not one of the options
await todos.create({ list: "id", title, priority: "lowest" });
// @ts-expect-error clients do not set it
await todos.create({ list: "id", title, created_at: "now" });
// @ts-expect-error null is no value of a required field
await todos.create({ list: "id", title: null });

// What is changed.
await todos.update(todo, { due: null });
await todos.update("id", { title });
await things.update("id", { born: "2026-01-31" });
// @ts-expect-error it can be set only once, and has a value from the start
await things.update("id", { kind: "another" });
// @ts-expect-error clients do not set it
await things.update("id", { stamp: "x" });
// @ts-expect-error the id of a record does not change
await todos.update(todo, { id: "id" });
// @ts-expect-error neither an id nor a record
await todos.update({ id: "id" }, { title });

// Selections.
const { items } = await todos.list({
  fields: ["title", "due"],
  expand: ["list.workspace", "comments"],
  sort: ["-due", "title"],
});
for (const item of items) {
  const picked: Pick<Todos, "id" | "title" | "due"> = item;
  const slug: string | undefined = item.expand.list?.expand.workspace?.slug;
  const body: string | undefined = item.expand.comments[0]?.body;
  console.log(picked, slug, body);
  // @ts-expect-error it was not asked for
  console.log(item.priority);
  // @ts-expect-error nor was this
  console.log(item.expand.assignee);
}
// @ts-expect-error there is no such field
await todos.list({ fields: ["titel"] });
// @ts-expect-error there is no such relation
await todos.list({ expand: ["lists"] });
// @ts-expect-error nor behind it
await todos.list({ expand: ["list.workspaces"] });
// @ts-expect-error a path has three steps at most
await todos.list({ expand: ["list.todos.list.todos"] });
// @ts-expect-error lists are not sorted by several values
await client.records("comments").list({ sort: "mentions" });

// Filters.
await todos.list({ filter: filter`due < ${"2026-03-31"}` });
// @ts-expect-error a text is no filter: who knows what stands in it
await todos.list({ filter: `title == "${title}"` });
// @ts-expect-error an object is no value
filter`title == ${{ title }}`;
// @ts-expect-error nor is nothing
filter`title == ${undefined}`;
await todos.list({ filter: (fields) => fields.priority.eq("low") });
// @ts-expect-error not one of the options
await todos.list({ filter: (fields) => fields.priority.eq("lowest") });
// @ts-expect-error a truth value has no order
await todos.list({ filter: (fields) => fields.completed.lt(true) });
// @ts-expect-error there is no such field
await todos.list({ filter: (fields) => fields.titel.eq("x") });
// @ts-expect-error not a field of the target
await todos.list({ filter: (fields) => fields.list.titel.eq("x") });
await things.list({ filter: (fields) => fields.price.lt(decimal("1.50")) });
// @ts-expect-error a decimal is no number, which loses digits
await things.list({ filter: (fields) => fields.price.lt(1.5) });
// @ts-expect-error json is null or not
await things.list({ filter: (fields) => fields.anything.eq("x") });
// @ts-expect-error hidden fields cannot be asked for
await things.list({ filter: (fields) => fields.secret.eq("x") });

// Only what is deleted softly comes back.
await todos.restore("id");
// @ts-expect-error people are deleted for good
await client.records("users").restore("id");
// @ts-expect-error there is no bin
await client.records("users").list({ deleted: true });

// Batches.
const [made, gone] = await client.batch([
  { op: "create", collection: "lists", data: { workspace: "id", name: "A" } },
  { op: "delete", collection: "todos", id: "id" },
]);
const name: string = made.name;
const nothing: null = gone;
await client.batch([
  // @ts-expect-error the fields of another collection
  { op: "create", collection: "lists", data: { list: "id", title } },
]);
await client.batch([
  // @ts-expect-error it cannot be brought back
  { op: "restore", collection: "users", id: "id" },
]);

// Accounts.
await client.auth.signUp({ email: "a@b.c", password: "long enough" });
// @ts-expect-error a password is needed
await client.auth.signUp({ email: "a@b.c" });
const people = createClient({ url: "http://a", schema: odd });
// @ts-expect-error the application makes no accounts on request
await people.auth.signUp({ email: "a@b.c", password: "long enough" });

/** Every code can be told from the others. */
export function isTaken({ code }: MainstayError): boolean {
  const known: ErrorCode = "unique_violation";
  // @ts-expect-error there is no such code
  const wrong: ErrorCode = "taken";
  console.log(wrong, day, name, nothing);
  return code === known;
}
