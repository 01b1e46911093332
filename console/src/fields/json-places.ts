import type { EditorState } from "@codemirror/state";
import { syntaxTree } from "@codemirror/language";

/** Where something stands in a text. */
export interface Place {
  readonly from: number;
  readonly to: number;
}

type SyntaxNode = ReturnType<typeof syntaxTree>["topNode"];

/** Where a value stands in its text, by the keys and places that lead to it; the innermost that is there. */
export function placeOf(
  state: EditorState,
  path: readonly (string | number)[],
): Place {
  const top = syntaxTree(state).topNode;
  let at: SyntaxNode = top.firstChild ?? top;
  for (const step of path) {
    const next =
      typeof step === "number"
        ? elementOf(at, step)
        : propertyOf(state, at, step);
    if (next === null) {
      break;
    }
    at = next;
  }
  return { from: at.from, to: at.to };
}

const MARKS = ["[", "]", ","];

function elementOf(list: SyntaxNode, index: number): SyntaxNode | null {
  let seen = -1;
  for (let one = list.firstChild; one !== null; one = one.nextSibling) {
    if (!MARKS.includes(one.name) && ++seen === index) {
      return one;
    }
  }
  return null;
}

function propertyOf(
  state: EditorState,
  object: SyntaxNode,
  name: string,
): SyntaxNode | null {
  for (const property of object.getChildren("Property")) {
    const key = property.getChild("PropertyName");
    const text = key === null ? "" : state.sliceDoc(key.from, key.to);
    if (text === JSON.stringify(name)) {
      return property.lastChild;
    }
  }
  return null;
}
