import { MainstayError, type ErrorParts } from "./mainstay-error.js";

/** An answer that does not look as the schema says; `path` is where. */
export class UnexpectedAnswer extends MainstayError {
  override readonly name = "UnexpectedAnswer";
  /** Such as `items[3].due`; empty for the answer as a whole. */
  readonly path: string;

  constructor(parts: Omit<ErrorParts, "code">, path: string) {
    super({ ...parts, code: "unexpected_answer" });
    this.path = path;
  }
}
