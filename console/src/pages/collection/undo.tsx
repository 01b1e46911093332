import { notifications } from "@mantine/notifications";
import { useHotkeys } from "@mantine/hooks";
import { createContext, use, useMemo, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { told } from "../../api/failure.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { texts } from "./texts.ts";

const STEPS_MAX = 50;

/** Something that was done and can be taken back. */
export interface Step {
  /** What it was, as it is said when it is taken back. */
  readonly text: string;
  /** Takes it back; the answer is what to say instead, where not all of it could be. */
  readonly back: () => Promise<string | null>;
}

export interface Undo {
  readonly push: (step: Step) => void;
  /** Takes back what was done last. */
  readonly last: () => Promise<void>;
  /** Takes back just this, wherever it stands. */
  readonly only: (step: Step) => Promise<void>;
}

const UndoContext = createContext<Undo | null>(null);

export function useUndo(): Undo {
  const found = use(UndoContext);
  if (found === null) {
    throw new Error("something that can be undone is on no page that undoes");
  }
  return found;
}

/** Keeps what this person did on the page, so that Ctrl or Cmd Z takes it back, the last first. */
export function UndoProvider({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const steps = useRef<readonly Step[]>([]);
  const busy = useRef(false);
  const undo = useMemo(() => {
    async function take(step: Step | undefined) {
      if (step === undefined || busy.current) {
        return;
      }
      busy.current = true;
      try {
        const instead = await step.back();
        steps.current = steps.current.filter((one) => one !== step);
        notifications.show({
          message: instead ?? say("undo.done", { what: step.text }),
        });
      } catch (error) {
        steps.current = steps.current.filter((one) => one !== step);
        notifications.show({
          color: "red",
          title: say("undo.failed", { what: step.text }),
          message: told(t, error).text,
        });
      } finally {
        busy.current = false;
      }
    }
    return {
      push: (step: Step) => {
        steps.current = [...steps.current, step].slice(-STEPS_MAX);
      },
      last: () => take(steps.current.at(-1)),
      only: (step: Step) =>
        take(steps.current.includes(step) ? step : undefined),
    };
  }, [t, say]);
  useHotkeys([["mod+Z", () => void undo.last()]]);
  return <UndoContext value={undo}>{children}</UndoContext>;
}
