import { MainstayError } from "mainstay-client";

import type { ConsoleClient } from "../../api/console-client.ts";
import type { Collection } from "../../application/application.ts";
import { faultsOf, isIdTaken, PART, weightOf, type Plan } from "./check.ts";
import { dataOf, type Fault, type Saying } from "./plan.ts";
import { parts } from "./slices.ts";

/** All lines or none of them, or each one that is right. */
export type Mode = "all" | "valid";

/** The largest import that the server takes as one, all or nothing: a request has at most 1,000 writes and 4 MiB. */
const WHOLE = { count: 1_000, weight: 3_500_000 } as const;
const TIMEOUT_MS = 120_000;

/** How an import ended: all is sent, the person stopped it, or a line was refused and nothing of it is left. */
export type Ending = "done" | "stopped" | "refused";

/** One import on its way: can be stopped, gone on with after a failure, and undone. */
export class Sending {
  readonly #client: ConsoleClient;
  readonly #collection: Collection;
  readonly #plan: Plan;
  readonly #mode: Mode;
  readonly #saying: Saying;
  readonly #places: readonly number[];
  readonly #created: string[] = [];
  readonly #failed = new Map<number, readonly Fault[]>();
  #next = 0;
  /** Was the part at `#next` sent without an answer? Then it may have been written. */
  #isUncertain = false;
  #isStopped = false;
  #kept = 0;

  constructor(
    client: ConsoleClient,
    collection: Collection,
    plan: Plan,
    mode: Mode,
    saying: Saying,
  ) {
    this.#client = client;
    this.#collection = collection;
    this.#plan = plan;
    this.#mode = mode;
    this.#saying = saying;
    this.#places = plan.order.filter(
      (place) => plan.entries[place]?.state === "new",
    );
  }

  get total(): number {
    return this.#places.length;
  }

  get sent(): number {
    return this.#next;
  }

  get created(): number {
    return this.#created.length;
  }

  /** Records that an undo could not delete. */
  get kept(): number {
    return this.#kept;
  }

  /** Why lines were refused after all, by their places. */
  get failed(): ReadonlyMap<number, readonly Fault[]> {
    return this.#failed;
  }

  /** Ends it after the part that is under way. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Sends what is not sent yet. What it throws may pass: then it is called again. */
  async run(onProgress: () => void): Promise<Ending> {
    this.#isStopped = false;
    while (this.#next < this.#places.length) {
      if (this.#isStopped) {
        return "stopped";
      }
      const part = this.#nextPart();
      const isTaken = await this.#send(part);
      if (!isTaken) {
        await this.undo(onProgress);
        return "refused";
      }
      this.#isUncertain = false;
      this.#next += part.length;
      onProgress();
    }
    return "done";
  }

  /** Deletes what was made, the last one first. */
  async undo(onProgress: () => void): Promise<void> {
    this.#kept = 0;
    const ids = [...this.#created].reverse();
    for (const part of parts(ids, PART, () => 1)) {
      const outcomes = await this.#client.batchEach(
        part.map((id) => ({
          op: "delete" as const,
          collection: this.#collection.name,
          id,
        })),
        { timeoutMs: TIMEOUT_MS },
      );
      for (const outcome of outcomes) {
        if (!outcome.ok && outcome.error.code !== "not_found") {
          this.#kept += 1;
        }
      }
      this.#created.splice(this.#created.length - part.length);
      onProgress();
    }
    this.#next = 0;
  }

  #nextPart(): readonly number[] {
    const open = this.#places.slice(this.#next);
    const weight = (place: number) => weightOf(this.#plan.entries[place]);
    const isWhole = this.#mode === "all" && isOneStep(this.#plan);
    return parts(open, isWhole ? WHOLE : PART, weight).next().value ?? [];
  }

  /** False when a line was refused of those that come all or not at all. */
  async #send(part: readonly number[]): Promise<boolean> {
    try {
      if (this.#mode === "valid") {
        await this.#sendEach(part);
        return true;
      }
      await this.#client.batch(this.#operations(part), {
        timeoutMs: TIMEOUT_MS,
      });
      this.#noteCreated(part);
      return true;
    } catch (error) {
      if (!(error instanceof MainstayError) || !isRefusal(error)) {
        this.#isUncertain = true;
        throw error;
      }
      if (this.#isUncertain && isIdTaken(problemOf(error))) {
        this.#noteCreated(part);
        return true;
      }
      const place = part[placeIn(error)];
      if (place !== undefined) {
        const faults = faultsOf(this.#collection, problemOf(error));
        this.#failed.set(place, faults);
      }
      return false;
    }
  }

  async #sendEach(part: readonly number[]): Promise<void> {
    const open = part.filter((place) => !this.#leadsToFailed(place));
    if (open.length === 0) {
      return;
    }
    const outcomes = await this.#client.batchEach(this.#operations(open), {
      timeoutMs: TIMEOUT_MS,
    });
    for (const [index, outcome] of outcomes.entries()) {
      const place = open[index];
      if (place === undefined) {
        continue;
      }
      if (outcome.ok || isIdTaken(problemOf(outcome.error))) {
        // A taken id is this line's own: it was written by a request whose answer was lost.
        this.#noteCreated([place]);
      } else {
        const problem = problemOf(outcome.error);
        this.#failed.set(place, faultsOf(this.#collection, problem));
      }
    }
  }

  #leadsToFailed(place: number): boolean {
    const { entries } = this.#plan;
    for (const { field, to } of entries[place]?.links ?? []) {
      const broken = to.find((one) => this.#failed.has(one));
      const line = broken === undefined ? undefined : entries[broken]?.row.line;
      if (line !== undefined) {
        const reason = this.#saying.say("badLink", { line });
        this.#failed.set(place, [{ field: field.title, reason }]);
        return true;
      }
    }
    return false;
  }

  #operations(part: readonly number[]) {
    const { entries } = this.#plan;
    return part.flatMap((place) => {
      const entry = entries[place];
      return entry === undefined
        ? []
        : [
            {
              op: "create" as const,
              collection: this.#collection.name,
              data: dataOf(entry, entries),
            },
          ];
    });
  }

  #noteCreated(part: readonly number[]): void {
    for (const place of part) {
      const id = this.#plan.entries[place]?.id;
      if (id !== undefined) {
        this.#created.push(id);
      }
    }
  }
}

/** Can the server take all of it or nothing by itself? */
export function isOneStep({ entries, order }: Plan): boolean {
  const open = order.filter((place) => entries[place]?.state === "new");
  const weight = (place: number) => weightOf(entries[place]);
  const first = parts(open, WHOLE, weight).next().value;
  return first === undefined || first.length === open.length;
}

/** Has the server read the request and said no? All else may pass. */
function isRefusal({ status }: MainstayError): boolean {
  return (
    status !== null &&
    status >= 400 &&
    status < 500 &&
    status !== 429 &&
    status !== 401
  );
}

function problemOf(error: MainstayError) {
  const detail = detailOf(error)
    .replace(/^operation \d+: /, "")
    .replace(/; nothing was changed$/, "");
  return { code: error.code, detail, errors: error.fields };
}

/** A batch that is refused names the operation: in the fields, or in its sentence. */
function placeIn(error: MainstayError): number {
  const [first] = error.fields;
  const named =
    /^operations\[(\d+)\]/.exec(first?.field ?? "") ??
    /^operation (\d+):/.exec(detailOf(error));
  return named === null ? -1 : Number(named[1]);
}

function detailOf({ problem, message }: MainstayError): string {
  return problem?.detail ?? message;
}
