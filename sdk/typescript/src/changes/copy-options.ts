import type { Api } from "../api.js";
import type { Decoder } from "../decoder.js";
import type { MainstayError } from "../errors/mainstay-error.js";
import type { Exchange } from "../realtime/subscription.js";
import type { RetryOptions } from "../retry.js";
import type { CollectionName, SchemaTypes } from "../schema.js";
import type { CopyStep, CopyStore } from "./copy-store.js";

/** What is copied, and where to. */
export interface CopyOptions<
  S extends SchemaTypes,
  C extends CollectionName<S>,
> {
  readonly collections: readonly C[];
  readonly store: CopyStore<S>;
  /** For a store that is empty to the copy, but filled otherwise: the position that its records are as new as. */
  readonly since?: string | undefined;
  /** Told after each step that changed something. */
  readonly onStep?: ((step: CopyStep<S>) => void) | undefined;
  /** Told of each failure. The copy tries again, unless it is over. */
  readonly onError?: ((error: MainstayError) => void) | undefined;
  /** How often to look although nothing was told; 30 seconds unless set. */
  readonly pollMs?: number | undefined;
}

/** @internal What the client has for copies. */
export interface CopyParts {
  readonly api: Api;
  readonly decoder: Decoder;
  readonly exchange: Exchange;
  readonly retry: RetryOptions;
}
