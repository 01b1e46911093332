import type { OpenedShare } from "./generated/protocol.js";

/** The header with which a grant goes with each request. */
export const SHARE_HEADER = "mainstay-share";

/** What the link that was opened last lets this client do, until it ends. */
export class Grant {
  #opened: OpenedShare | null = null;
  #watcher: () => void = () => {};

  /** For requests; null where no link is open, or its grant has ended. */
  get current(): string | null {
    const opened = this.#opened;
    return opened !== null && Date.parse(opened.expires_at) > Date.now()
      ? opened.grant
      : null;
  }

  use(opened: OpenedShare | null): void {
    const before = this.#opened?.grant;
    this.#opened = opened;
    if (opened?.grant !== before) {
      this.#watcher();
    }
  }

  /** Is told whenever another link is open, or none any more. */
  watch(watcher: () => void): void {
    this.#watcher = watcher;
  }
}
