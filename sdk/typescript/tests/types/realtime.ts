/** What the compiler says about live updates. It is compiled, never run. */
import { createClient } from "mainstay-client";
import { schema } from "../generated/todo.js";

const { realtime } = createClient({ url: "http://a", schema });
const todos = realtime.collection("todos");

todos.subscribe(
  { fields: ["title"], filter: (todo) => todo.due.isNull() },
  (change) => {
    if (change.event === "created") {
      const title: string = change.record.title;
      // @ts-expect-error It was not asked for.
      const due = change.record.due;
      void [title, due];
    }
    if (change.event === "left") {
      // @ts-expect-error It is not told any more.
      void change.record;
    }
    if (change.event === "ended") {
      void change.error.code;
    }
    // @ts-expect-error There is no such event.
    return change.event === "moved";
  },
);
// @ts-expect-error There is no such field.
todos.subscribe({ fields: ["colour"] }, () => {});
// @ts-expect-error There is no such collection.
realtime.collection("colours");
todos.record("id").room({ at: 1 }, (event) => {
  if (event.event === "members") {
    const users: readonly (string | null)[] = event.members.map(
      ({ user }) => user,
    );
    void users;
  }
});
