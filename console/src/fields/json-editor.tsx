import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { linter, lintKeymap, type Diagnostic } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";

import type { Json } from "../application/row.ts";
import { shadowRootOf } from "../ui/shadow-root.ts";
import styles from "./json-input.module.css";
import { placeOf } from "./json-places.ts";
import { faultsOf, type JsonFault } from "./json-schema.ts";

interface Props {
  readonly id: string;
  readonly label: string;
  readonly text: string;
  readonly schema: Json | undefined;
  readonly isLocked: boolean;
  readonly isWrong: boolean;
  /** The sentence for a fault. */
  readonly tell: (fault: JsonFault) => string;
  readonly onChange: (text: string) => void;
}

/** JSON with colours, and with marks where it does not fit its schema. */
export function JsonEditor(props: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const { id, label, text, isLocked, isWrong } = props;

  useEffect(() => {
    const parent = place.current;
    if (parent === null) {
      return undefined;
    }
    // Below a root of its own its styles are sheets without an element, as the policy of the page asks.
    const root = shadowRootOf(parent);
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: extensionsFor(latest),
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
    // Made anew where what it may do is another.
  }, [isLocked, label]);

  // What comes from elsewhere, such as a put-back version, takes the place of what stands here.
  useEffect(() => {
    const editor = view.current;
    if (editor !== null && editor.state.doc.toString() !== text) {
      const { length } = editor.state.doc;
      editor.dispatch({ changes: { from: 0, to: length, insert: text } });
    }
  }, [text]);

  return (
    <div
      ref={place}
      id={id}
      className={styles["editor"]}
      data-error={isWrong || undefined}
      data-locked={isLocked || undefined}
      tabIndex={-1}
      onFocus={(event) => {
        if (event.target === event.currentTarget) {
          view.current?.focus();
        }
      }}
    />
  );
}

function extensionsFor(latest: { readonly current: Props }): Extension {
  const { isLocked, label } = latest.current;
  return [
    lineNumbers(),
    history(),
    indentOnInput(),
    bracketMatching(),
    json(),
    syntaxHighlighting(COLOURS),
    THEME,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label }),
    EditorState.readOnly.of(isLocked),
    EditorView.editable.of(!isLocked),
    // The Tab key leads on, as in every form: nobody is caught in here.
    keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
    linter(({ state }) => marksIn(state, latest.current)),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) {
        latest.current.onChange(update.state.doc.toString());
      }
    }),
  ];
}

/** Nothing for what is no JSON yet: the field says that. */
function marksIn(state: EditorState, props: Props): readonly Diagnostic[] {
  const value = parsed(state.doc.toString());
  if (value === undefined) {
    return [];
  }
  return faultsOf(props.schema, value).map((fault) => ({
    ...placeOf(state, fault.path),
    severity: "error",
    message: props.tell(fault),
  }));
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--mantine-color-anchor)" },
  { tag: [tags.number, tags.bool, tags.null], fontWeight: "600" },
  { tag: tags.punctuation, color: "var(--console-quiet)" },
]);

const THEME = EditorView.theme({
  "&": {
    fontSize: "var(--mantine-font-size-sm)",
    color: "var(--mantine-color-text)",
  },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--mantine-font-family-monospace)",
    maxHeight: "22rem",
  },
  ".cm-content": { minHeight: "4.5rem", caretColor: "currentColor" },
  ".cm-gutters": {
    background: "transparent",
    color: "var(--console-quiet)",
    border: "none",
  },
  ".cm-tooltip": {
    background: "var(--console-surface)",
    color: "var(--mantine-color-text)",
    border: "1px solid var(--console-line)",
  },
});
