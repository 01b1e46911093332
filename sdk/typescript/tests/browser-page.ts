/** What the page of the browser test runs. It is bundled as an application's own code would be. */
import {
  IndexedDbCopy,
  createClient,
  filter,
  localStorageStore,
} from "mainstay-client";
import { schema, type Schema } from "./generated/todo.js";

const session = localStorageStore();
const client = createClient({ url: location.origin, schema, session });

const heard: string[] = [];
const store = new IndexedDbCopy<Schema>();

const page = {
  follow(): void {
    client.realtime.collection("todos").subscribe({}, (event) => {
      heard.push("record" in event ? event.record.title : event.event);
    });
  },
  heard: (): readonly string[] => heard,
  async copy(): Promise<void> {
    const collections = ["todos", "lists"] as const;
    const copy = client.changes.follow({ collections, store });
    await copy.caughtUp();
    copy.stop();
  },
  async copied(): Promise<readonly string[]> {
    return (await store.records("todos")).map(({ title }) => title).sort();
  },
  async signOut(): Promise<void> {
    await client.auth.signOut();
  },
  async addPasskey(name: string): Promise<string> {
    return (await client.auth.addPasskey({ name })).name;
  },
  async signInWithPasskey(): Promise<string> {
    return (await client.auth.signInWithPasskey()).email;
  },
  async removePasskeys(): Promise<number> {
    const passkeys = await client.auth.passkeys();
    for (const { id } of passkeys) {
      await client.auth.removePasskey(id);
    }
    return (await client.auth.passkeys()).length;
  },
  async signIn(email: string, password: string): Promise<string> {
    return (await client.auth.signIn({ email, password })).email;
  },
  /** Fifty calls at once with a token that has run out. */
  async callAtOnce(): Promise<number> {
    const calls = Array.from({ length: 50 }, () => client.auth.me());
    return (await Promise.all(calls)).length;
  },
  async expire(): Promise<void> {
    const now = await session.load();
    await session.save(now && { ...now, expiresAt: 0 });
  },
  async work(title: string): Promise<readonly string[]> {
    const todos = client.records("todos");
    const { items: lists } = await client.records("lists").list({ limit: 1 });
    const made = await todos.create({ list: lists[0]?.id ?? "", title });
    await todos.update(made, { completed: true });
    const { items } = await todos.list({
      filter: filter`title == ${title} && completed`,
    });
    await client.auth.signOut();
    return items.map((item) => item.title);
  },
};

Object.assign(globalThis, { page });
