import { MainstayError } from "./mainstay-error.js";

/** The password is right, and the user has a second factor: `auth.completeSignIn` takes a code of it. */
export class SecondFactorNeeded extends MainstayError {
  override readonly name = "SecondFactorNeeded";
  /** Goes with the code. */
  readonly challenge: string;
  /** Seconds until the sign-in has to begin again. */
  readonly expiresIn: number;

  constructor(challenge: string, expiresIn: number) {
    const message = "a code of the second factor is needed";
    super({ message, code: "second_factor_needed" });
    this.challenge = challenge;
    this.expiresIn = expiresIn;
  }
}
