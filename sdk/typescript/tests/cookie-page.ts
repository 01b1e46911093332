/** What a page of the server's own host runs in the tests of cookie sessions. */
import { createClient } from "mainstay-client";
import { schema } from "./generated/todo.js";

function make(webSocket: null | undefined) {
  const url = location.origin;
  return createClient({ url, schema, session: "cookie", webSocket });
}

const client = make(undefined);
const streaming = make(null);
const heard: string[] = [];

const page = {
  async signIn(email: string, password: string): Promise<string> {
    return (await client.auth.signIn({ email, password })).email;
  },
  userId: (): Promise<string | null> => client.auth.userId(),
  async me(): Promise<string> {
    return (await client.auth.me()).email;
  },
  signOut: (): Promise<void> => client.auth.signOut(),
  async lists(): Promise<number> {
    return (await client.records("lists").list({ limit: 500 })).items.length;
  },
  follow(over: "socket" | "stream"): void {
    const { realtime } = over === "socket" ? client : streaming;
    realtime.collection("todos").subscribe({}, (event) => {
      const what = "record" in event ? event.record.title : event.event;
      heard.push(`${over} ${what}`);
    });
  },
  /** What was heard, once it is so much. */
  async heard(count: number): Promise<readonly string[]> {
    await until(() => heard.length >= count);
    return [...heard].sort();
  },
  async signedIn(): Promise<void> {
    await until(async () => (await client.auth.userId()) !== null);
  },
};

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

declare global {
  var cookiePage: typeof page;
}
globalThis.cookiePage = page;
