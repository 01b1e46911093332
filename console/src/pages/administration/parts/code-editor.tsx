import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import { FailureNote } from "../../../ui/failure-note.tsx";
import styles from "./code-editor.module.css";
import type { EditorOptions, Fault } from "./code-mirror.ts";

type View = ReturnType<typeof import("./code-mirror.ts").makeEditor>;
type Props = EditorOptions & { readonly faults: readonly Fault[] };

/** A text with line numbers, colours and what is wrong with it. It is loaded when it is first needed. */
export function CodeEditor(props: Props) {
  const found = useQuery({
    queryKey: ["code-mirror"],
    staleTime: Infinity,
    queryFn: () => import("./code-mirror.ts"),
  });
  if (found.isError) {
    return <FailureNote error={found.error} retry={() => location.reload()} />;
  }
  return found.data === undefined ? (
    <Skeleton height={140} />
  ) : (
    <Editor {...props} parts={found.data} />
  );
}

function Editor(
  props: Props & { readonly parts: typeof import("./code-mirror.ts") },
) {
  const { faults, parts, text } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<View | null>(null);
  // What the editor calls is that of now, not of when it was made.
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    if (host.current === null) {
      return;
    }
    const {
      text: start,
      label,
      language,
      isReadOnly,
      complete,
    } = latest.current;
    const made = parts.makeEditor(host.current, {
      text: start,
      label,
      language,
      isReadOnly,
      onChange: (next) => latest.current.onChange(next),
      complete:
        complete === null
          ? null
          : async (all, at) =>
              (await latest.current.complete?.(all, at)) ?? null,
    });
    view.current = made;
    return () => made.destroy();
  }, [parts]);
  useEffect(() => {
    if (view.current !== null) {
      parts.replaceText(view.current, text);
    }
  }, [parts, text]);
  useEffect(() => {
    if (view.current !== null) {
      parts.showFaults(view.current, faults);
    }
  }, [parts, faults, text]);
  return <div ref={host} className={styles["editor"]} />;
}
