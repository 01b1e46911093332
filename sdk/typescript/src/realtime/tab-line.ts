import { accept, isObject } from "../decode.js";
import type { Line, LineListener } from "./line.js";
import type { ClientMessage, Told } from "./messages.js";

/** What tabs say to each other. `epoch` names a connection of the tab that leads. */
type Note =
  | { readonly kind: "hello"; readonly from: string }
  | {
      readonly kind: "up";
      /** Null for all. */
      readonly to: string | null;
      readonly epoch: string;
      readonly user: string | null;
    }
  | { readonly kind: "down" }
  | {
      readonly kind: "told";
      readonly to: string;
      readonly epoch: string;
      readonly message: Told;
    }
  | {
      readonly kind: "say";
      readonly from: string;
      readonly epoch: string;
      readonly message: ClientMessage;
    }
  | { readonly kind: "session" };

/** The connection of the tab that leads, as the others know it. */
interface Up {
  readonly epoch: string;
  readonly user: string | null;
}

/**
 * One line for all tabs that share a session. The tab that holds a lock leads: it has the connection
 * and hands on what is said. When it goes, the browser gives the lock to another one.
 */
export class TabLine implements Line {
  readonly #name: string;
  readonly #openLine: (listener: LineListener) => Line;
  readonly #listener: LineListener;
  readonly #channel: BroadcastChannel;
  readonly #tab = newTab();
  readonly #closing = new AbortController();
  #up: Up | null = null;
  /** Of the tab that leads. */
  #line: Line | null = null;
  #connections = 0;
  /** What each tab has subscribed to on this connection. */
  readonly #subscribed = new Map<string, Set<string>>();

  constructor(
    name: string,
    openLine: (listener: LineListener) => Line,
    listener: LineListener,
  ) {
    this.#name = name;
    this.#openLine = openLine;
    this.#listener = listener;
    this.#channel = new BroadcastChannel(name);
    this.#channel.addEventListener("message", ({ data }) => this.#hear(data));
    // As long as a tab is there it holds a lock of its own: so the one that leads learns that it has gone.
    this.#hold(`${name} ${this.#tab}`, () => {
      this.#post({ kind: "hello", from: this.#tab });
      this.#hold(name, () => this.#lead());
    });
  }

  send(message: ClientMessage): void {
    if (this.#up === null) {
      return;
    }
    const from = this.#tab;
    if (this.#line === null) {
      this.#post({ kind: "say", from, epoch: this.#up.epoch, message });
    } else {
      this.#say(from, message);
    }
  }

  sessionChanged(): void {
    if (this.#line === null) {
      this.#post({ kind: "session" });
    } else {
      this.#line.sessionChanged();
    }
  }

  close(): void {
    const line = this.#line;
    this.#line = null;
    line?.close();
    if (line !== null) {
      this.#post({ kind: "down" });
    }
    this.#up = null;
    this.#closing.abort();
    this.#channel.close();
  }

  /** Waits for a lock and keeps it to the end. */
  #hold(name: string, then: () => void): void {
    const { signal } = this.#closing;
    const closed = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve());
    });
    navigator.locks
      .request(name, { signal }, async () => {
        if (!signal.aborted) {
          then();
          await closed;
        }
      })
      .catch(() => {
        // Closed before it was its turn.
      });
  }

  #lead(): void {
    // The others hear nothing more of the one before.
    this.#post({ kind: "down" });
    this.#goDown();
    this.#line = this.#openLine({
      up: (user) => {
        this.#connections += 1;
        const epoch = `${this.#tab} ${this.#connections}`;
        this.#subscribed.clear();
        this.#post({ kind: "up", to: null, epoch, user });
        this.#goUp({ epoch, user });
      },
      told: (message) => this.#handOn(message),
      down: () => {
        this.#post({ kind: "down" });
        this.#goDown();
      },
    });
  }

  #hear(data: unknown): void {
    if (!isObject(data) || this.#closing.signal.aborted) {
      return;
    }
    // Only this class writes into the channel, whose name says of which version.
    const note = accept<Note>(data, null);
    switch (note.kind) {
      case "up":
        if (note.to === null || note.to === this.#tab) {
          this.#goUp(note);
        }
        return;
      case "down":
        this.#goDown();
        return;
      case "told":
        if (note.to === this.#tab && note.epoch === this.#up?.epoch) {
          this.#listener.told(note.message);
        }
        return;
      default:
        this.#serve(note);
    }
  }

  /** What the tab that leads does for the others. */
  #serve(note: Extract<Note, { kind: "hello" | "say" | "session" }>): void {
    if (this.#line === null) {
      return;
    }
    if (note.kind === "session") {
      this.#line.sessionChanged();
    } else if (note.kind === "hello") {
      if (this.#up !== null) {
        this.#post({ kind: "up", to: note.from, ...this.#up });
      }
    } else if (note.epoch === this.#up?.epoch) {
      this.#say(note.from, note.message);
    }
  }

  #goUp({ epoch, user }: Up): void {
    if (this.#up?.epoch !== epoch) {
      this.#goDown();
      this.#up = { epoch, user };
      this.#listener.up(user);
    }
  }

  #goDown(): void {
    if (this.#up !== null) {
      this.#up = null;
      this.#listener.down();
    }
  }

  #say(tab: string, message: ClientMessage): void {
    const id = `${tab}.${message.id}`;
    let ids = this.#subscribed.get(tab);
    if (ids === undefined) {
      ids = new Set();
      this.#subscribed.set(tab, ids);
      this.#forgetWhenGone(tab, ids);
    }
    if (message.type === "subscribe") {
      ids.add(id);
    } else if (message.type === "unsubscribe") {
      ids.delete(id);
    }
    this.#line?.send({ ...message, id });
  }

  #forgetWhenGone(tab: string, ids: ReadonlySet<string>): void {
    if (tab === this.#tab) {
      return;
    }
    const { signal } = this.#closing;
    const gone = (): void => {
      if (this.#subscribed.get(tab) === ids) {
        this.#subscribed.delete(tab);
        for (const id of ids) {
          this.#line?.send({ type: "unsubscribe", id });
        }
      }
    };
    navigator.locks
      .request(`${this.#name} ${tab}`, { signal }, gone)
      .catch(() => {
        // Closed: another tab leads now.
      });
  }

  /** To the tab that the subscription is of. */
  #handOn(message: Told): void {
    const [to = "", id = ""] = message.id.split(".");
    if (to === this.#tab) {
      this.#listener.told({ ...message, id });
    } else if (this.#up !== null) {
      const { epoch } = this.#up;
      this.#post({ kind: "told", to, epoch, message: { ...message, id } });
    }
  }

  #post(note: Note): void {
    this.#channel.postMessage(note);
  }
}

/** Can tabs find each other here? */
export function canShareTabs(): boolean {
  const here: Partial<Navigator> | undefined =
    typeof navigator === "undefined" ? undefined : navigator;
  return here?.locks !== undefined && typeof BroadcastChannel !== "undefined";
}

function newTab(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}
