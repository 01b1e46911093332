import { Code } from "@mantine/core";

/** A sentence of the server, with what it writes between backticks as code. */
export function Prose({ text }: { readonly text: string }) {
  return text
    .split("`")
    .map((piece, at) => (at % 2 === 1 ? <Code key={at}>{piece}</Code> : piece));
}
