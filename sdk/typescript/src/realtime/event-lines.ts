/** The data of events, from the bytes of an event stream (HTML standard, 9.2.5). */
export class EventLines {
  readonly #decoder = new TextDecoder();
  #rest = "";
  #data: string[] = [];

  /** The events that end with these bytes. */
  take(bytes: Uint8Array): readonly string[] {
    const events: string[] = [];
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    const lines = text.split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines.map((line) => line.replace(/\r$/, ""))) {
      if (line.startsWith("data:")) {
        this.#data.push(line.slice("data:".length).replace(/^ /, ""));
      } else if (line === "" && this.#data.length > 0) {
        events.push(this.#data.join("\n"));
        this.#data = [];
      }
    }
    return events;
  }
}
