import { MainstayError } from "mainstay-client";

import { Sentence } from "../../api/failure.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { useSubmit, type Submit } from "../../ui/use-submit.ts";
import { texts } from "./texts.ts";

/** Sends the secret of a link; says what a person can do when it is of no use any more. */
export function useLinkSubmit(): Submit {
  const say = usePageTexts(texts);
  const submit = useSubmit();
  return {
    ...submit,
    run: (work) =>
      submit.run(async () => {
        try {
          await work();
        } catch (error) {
          throw error instanceof MainstayError &&
            error.code === "invalid_secret"
            ? new Sentence(say("used"))
            : error;
        }
      }),
  };
}
