import type { Chance } from "./chance.js";
import type { TodoClient } from "./server.js";

interface Work {
  /** After each write. */
  readonly between: () => Promise<void>;
}

/** Creates, changes, deletes and restores to-dos in the lists that the client sees, until it is enough. */
export async function workAtRandom(
  client: TodoClient,
  chance: Chance,
  isEnough: () => boolean,
  { between }: Work,
): Promise<void> {
  const todos = client.records("todos");
  const lists = (await client.records("lists").list({ limit: 500 })).items;
  const there: string[] = [];
  const gone: string[] = [];
  for (let count = 0; !isEnough(); count += 1) {
    const title = `Random ${count}`;
    const list = chance.of(lists)?.id ?? "";
    const at = chance.below(there.length);
    const one = there[at];
    const act = chance.below(10);
    if (act < 3 || one === undefined) {
      there.push((await todos.create({ list, title })).id);
    } else if (act < 7) {
      await todos.update(one, { title });
    } else if (act < 8 || gone.length === 0) {
      await todos.delete(one);
      there.splice(at, 1);
      gone.push(one);
    } else {
      const back = gone.splice(chance.below(gone.length), 1);
      for (const id of back) {
        await todos.restore(id);
        there.push(id);
      }
    }
    await between();
  }
}
