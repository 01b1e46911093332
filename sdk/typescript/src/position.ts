const HEADER = "mainstay-position";

/** How far a replica must have come to show what this client wrote. Where there are no replicas there is no position. */
export class Position {
  #reached: string | null;

  /** With `anyReplica` a client that has written nothing may be answered by any. */
  constructor(anyReplica: boolean) {
    this.#reached = anyReplica ? "0" : null;
  }

  headers(): Readonly<Record<string, string>> {
    return this.#reached === null ? {} : { [HEADER]: this.#reached };
  }

  /** Answers may come in another order than the writes were made in: the highest counts. */
  reached(headers: Headers): void {
    const told = headers.get(HEADER);
    if (told !== null && isHigher(told, this.#reached ?? "")) {
      this.#reached = told;
    }
  }
}

/** Both are hexadecimal numbers without zeros in front, of up to 64 bits. */
function isHigher(one: string, other: string): boolean {
  return one.length === other.length ? one > other : one.length > other.length;
}
