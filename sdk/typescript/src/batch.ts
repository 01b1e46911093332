import type { Api, CallOptions } from "./api.js";
import { accept, below, mismatch } from "./decode.js";
import type { Decoder } from "./decoder.js";
import { errorFromProblem } from "./errors/from-problem.js";
import type { MainstayError } from "./errors/mainstay-error.js";
import {
  batchResultsShape,
  type BatchOperation,
  type BatchResult,
  type BatchResults,
  type Problem,
} from "./generated/protocol.js";
import type { CollectionName, RecordOf, SchemaTypes } from "./schema.js";

/** The protocol's operation, with a collection of the application. */
type On<Op extends BatchOperation["op"], C extends string> = Omit<
  Extract<BatchOperation, { op: Op }>,
  "collection" | "data"
> & { readonly collection: C };

type OperationOn<S extends SchemaTypes, C extends CollectionName<S>> =
  | (On<"create", C> & { readonly data: S["collections"][C]["create"] })
  | (On<"update", C> & { readonly data: S["collections"][C]["update"] })
  | On<"delete", C>
  | (S["collections"][C]["softDelete"] extends true ? On<"restore", C> : never);

/** One write of a batch. */
export type Operation<S extends SchemaTypes> = {
  [C in CollectionName<S>]: OperationOn<S, C>;
}[CollectionName<S>];

/** The record as an operation wrote it; null after a deletion. */
type Written<S extends SchemaTypes, O> = O extends { readonly op: "delete" }
  ? null
  : O extends { readonly collection: infer C extends CollectionName<S> }
    ? RecordOf<S, C>
    : never;

/** What became of one operation. */
export type Outcome<T> =
  | { readonly ok: true; readonly record: T }
  | { readonly ok: false; readonly error: MainstayError };

/** The record of each operation, in their order. */
export type Records<
  S extends SchemaTypes,
  O extends readonly Operation<S>[],
> = {
  -readonly [I in keyof O]: Written<S, O[I]>;
};

/** What became of each operation, in their order. */
export type Outcomes<
  S extends SchemaTypes,
  O extends readonly Operation<S>[],
> = {
  -readonly [I in keyof O]: Outcome<Written<S, O[I]>>;
};

/** Several writes in one request and one transaction. */
export class Batch<S extends SchemaTypes> {
  readonly #api: Api;
  readonly #decoder: Decoder;

  constructor(api: Api, decoder: Decoder) {
    this.#api = api;
    this.#decoder = decoder;
  }

  /** All or nothing: the first operation that fails undoes the others and is the error. */
  async all<const O extends readonly Operation<S>[]>(
    operations: O,
    options: CallOptions,
  ): Promise<Records<S, O>> {
    const results = await this.#send("all_or_nothing", operations, options);
    const records = results.map((result, index) => {
      if (result.problem !== undefined) {
        throw errorOf(result.problem);
      }
      return this.#record(operations[index], result);
    });
    return accept(records, null);
  }

  /** Each for itself: what fails leaves the others as they are. */
  async each<const O extends readonly Operation<S>[]>(
    operations: O,
    options: CallOptions,
  ): Promise<Outcomes<S, O>> {
    const results = await this.#send("per_record", operations, options);
    const outcomes = results.map((result, index) =>
      result.problem === undefined
        ? { ok: true, record: this.#record(operations[index], result) }
        : { ok: false, error: errorOf(result.problem) },
    );
    return accept(outcomes, null);
  }

  async #send(
    mode: "all_or_nothing" | "per_record",
    operations: readonly Operation<S>[],
    options: CallOptions,
  ): Promise<readonly BatchResult[]> {
    const request = {
      method: "POST",
      path: "/batch",
      body: { mode, operations },
    } as const;
    const { body } = await this.#api.call(request, "write", options);
    const { results }: BatchResults = this.#decoder.shaped(
      batchResultsShape,
      body,
    );
    if (results.length !== operations.length) {
      const wanted = `${operations.length} results`;
      return accept(
        results,
        below("results", mismatch(wanted, results.length)),
      );
    }
    return results;
  }

  #record(operation: Operation<S> | undefined, result: BatchResult): unknown {
    return operation === undefined || operation.op === "delete"
      ? null
      : this.#decoder.record(operation.collection, result.record);
  }
}

function errorOf(problem: Problem): MainstayError {
  return errorFromProblem(problem, problem.request_id ?? null, null);
}
