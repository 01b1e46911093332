import {
  autocompletion,
  completionKeymap,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import {
  HighlightStyle,
  StreamLanguage,
  syntaxHighlighting,
  type StringStream,
} from "@codemirror/language";
import { lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

import { shadowRootOf } from "../../../ui/shadow-root.ts";

/** What is wrong with a part of the text. */
export interface Fault {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}
/** What could be written in the place of a part of the text. */
export interface Offer {
  readonly from: number;
  readonly to: number;
  readonly items: readonly {
    readonly text: string;
    readonly kind: string;
    readonly detail: string;
  }[];
}
export interface EditorOptions {
  readonly text: string;
  readonly label: string;
  readonly language: "toml" | "cel";
  readonly isReadOnly: boolean;
  readonly onChange: (text: string) => void;
  readonly complete:
    ((text: string, at: number) => Promise<Offer | null>) | null;
}

/** An editor in a shadow tree: there its styles are no style elements, which the policy would refuse. */
export function makeEditor(
  host: HTMLElement,
  options: EditorOptions,
): EditorView {
  const root = shadowRootOf(host);
  const { complete } = options;
  return new EditorView({
    root,
    parent: root,
    doc: options.text,
    extensions: [
      lineNumbers(),
      history(),
      lintGutter(),
      StreamLanguage.define({
        token: options.language === "toml" ? toml : cel,
      }),
      syntaxHighlighting(COLOURS),
      ...(complete === null
        ? []
        : [
            autocompletion({
              override: [(at) => offered(at, complete)],
              icons: false,
            }),
          ]),
      keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
      EditorState.readOnly.of(options.isReadOnly),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({
        "aria-label": options.label,
        spellcheck: "false",
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          options.onChange(update.state.doc.toString());
        }
      }),
      LOOKS,
    ],
  });
}

/** Marks what is wrong. */
export function showFaults(view: EditorView, faults: readonly Fault[]): void {
  const end = view.state.doc.length;
  const marks: Diagnostic[] = faults.map(({ from, to, message }) => ({
    from: Math.min(from, end),
    to: Math.min(Math.max(to, from), end),
    message,
    severity: "error",
  }));
  view.dispatch(setDiagnostics(view.state, marks));
}

/** Puts another text into it. */
export function replaceText(view: EditorView, text: string): void {
  const { doc } = view.state;
  if (doc.toString() !== text) {
    view.dispatch({ changes: { from: 0, to: doc.length, insert: text } });
  }
}

async function offered(
  { state, pos, explicit }: CompletionContext,
  complete: (text: string, at: number) => Promise<Offer | null>,
): Promise<CompletionResult | null> {
  const before = state.sliceDoc(Math.max(0, pos - 1), pos);
  if (!explicit && !/[\w.]/.test(before)) {
    return null;
  }
  const offer = await complete(state.doc.toString(), pos);
  return offer === null
    ? null
    : {
        from: offer.from,
        to: offer.to,
        options: offer.items.map(({ text, detail }) => ({
          label: text,
          detail,
        })),
      };
}

function toml(stream: StringStream): string | null {
  if (stream.eatSpace()) {
    return null;
  }
  if (stream.match(/^#.*/)) {
    return "comment";
  }
  if (stream.sol() && stream.match(/^\[+[^\]]*\]+/)) {
    return "heading";
  }
  if (stream.match(/^("(\\.|[^"\\])*"|'[^']*'|'''|""")/)) {
    return "string";
  }
  if (stream.match(/^(true|false)\b/) || stream.match(/^-?\d[\d_.:TZ-]*/)) {
    return "atom";
  }
  if (stream.match(/^[\w.-]+(?=\s*=)/)) {
    return "propertyName";
  }
  stream.next();
  return null;
}

function cel(stream: StringStream): string | null {
  if (stream.eatSpace()) {
    return null;
  }
  if (stream.match(/^\/\/.*/)) {
    return "comment";
  }
  if (stream.match(/^("(\\.|[^"\\])*"|'(\\.|[^'\\])*')/)) {
    return "string";
  }
  if (stream.match(/^(true|false|null)\b/) || stream.match(/^\d[\d.]*/)) {
    return "atom";
  }
  if (stream.match(/^(record|input|auth|request|in)\b/)) {
    return "keyword";
  }
  if (stream.match(/^\w+/)) {
    return null;
  }
  stream.next();
  return null;
}

const COLOURS = HighlightStyle.define([
  { tag: tags.comment, color: "var(--console-quiet)", fontStyle: "italic" },
  { tag: tags.heading, fontWeight: "700" },
  { tag: tags.propertyName, color: "var(--mantine-color-anchor)" },
  {
    tag: tags.keyword,
    color: "var(--mantine-color-anchor)",
    fontWeight: "600",
  },
  { tag: tags.string, color: "var(--console-code-text)" },
  { tag: tags.atom, color: "var(--console-code-value)" },
]);

const LOOKS = EditorView.theme({
  "&": {
    fontSize: "var(--mantine-font-size-sm)",
    color: "var(--mantine-color-text)",
    backgroundColor: "var(--console-surface)",
  },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--mantine-font-family-monospace)",
    lineHeight: "1.55",
  },
  ".cm-content": { caretColor: "var(--mantine-color-text)" },
  ".cm-gutters": {
    backgroundColor: "var(--console-raised)",
    color: "var(--console-quiet)",
    border: "none",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--console-raised)",
    color: "var(--mantine-color-text)",
    border: "1px solid var(--console-line)",
    borderRadius: "var(--mantine-radius-sm)",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--console-chosen)",
    color: "var(--mantine-color-text)",
  },
  ".cm-completionDetail": { color: "var(--console-quiet)" },
});
