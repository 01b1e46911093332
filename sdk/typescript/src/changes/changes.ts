import type { CollectionName, SchemaTypes } from "../schema.js";
import type { CopyOptions, CopyParts } from "./copy-options.js";
import { LocalCopy } from "./local-copy.js";

/** What has changed, for those who keep a copy. */
export class Changes<S extends SchemaTypes> {
  readonly #parts: CopyParts;

  /** @internal */
  constructor(parts: CopyParts) {
    this.#parts = parts;
  }

  /** Keeps a copy of what the person may list of some collections, until it is stopped. */
  follow<const C extends CollectionName<S>>(
    options: CopyOptions<S, C>,
  ): LocalCopy<S> {
    return LocalCopy.begin(this.#parts, options);
  }
}
