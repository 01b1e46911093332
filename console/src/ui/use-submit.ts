import { useRef, useState } from "react";

/** Something that is sent once at a time: a second press while it is under way does nothing. */
export interface Submit {
  readonly busy: boolean;
  readonly error: unknown;
  readonly run: (work: () => Promise<void>) => Promise<void>;
  readonly clear: () => void;
}

export function useSubmit(): Submit {
  const [state, setState] = useState<{ busy: boolean; error: unknown }>({
    busy: false,
    error: null,
  });
  const running = useRef(false);
  return {
    ...state,
    clear: () => setState((now) => ({ ...now, error: null })),
    run: async (work) => {
      if (running.current) {
        return;
      }
      running.current = true;
      setState({ busy: true, error: null });
      try {
        await work();
        setState({ busy: false, error: null });
      } catch (error) {
        setState({ busy: false, error });
      } finally {
        running.current = false;
      }
    },
  };
}
