import { Fragment, useMemo, type ReactNode } from "react";

import { blocksOf, type Block, type Inline } from "./commonmark.ts";
import styles from "./rich-text.module.css";

/** CommonMark as people read it. It is built of elements, never of HTML, so nothing in it can run. */
export function RichText({ text }: { readonly text: string }) {
  const blocks = useMemo(() => blocksOf(text), [text]);
  return (
    <div className={styles["text"]} dir="auto">
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
    </div>
  );
}

function BlockView({ block }: { readonly block: Block }): ReactNode {
  switch (block.kind) {
    case "paragraph":
      return (
        <p>
          <Inlines parts={block.parts} />
        </p>
      );
    case "heading":
      // It is a part of a text and none of the page: no heading of the page's outline.
      return (
        <p className={styles["heading"]}>
          <Inlines parts={block.parts} />
        </p>
      );
    case "list": {
      const items = block.items.map((parts, index) => (
        <li key={index}>
          <Inlines parts={parts} />
        </li>
      ));
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case "quote":
      return (
        <blockquote>
          {block.blocks.map((inner, index) => (
            <BlockView key={index} block={inner} />
          ))}
        </blockquote>
      );
    case "code":
      return (
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case "rule":
      return <hr />;
  }
}

function Inlines({ parts }: { readonly parts: readonly Inline[] }) {
  return parts.map((part, index) => (
    <Fragment key={index}>{inlineOf(part)}</Fragment>
  ));
}

function inlineOf(part: Inline): ReactNode {
  switch (part.kind) {
    case "text":
      return part.text;
    case "code":
      return <code>{part.text}</code>;
    case "break":
      return <br />;
    case "strong":
      return (
        <strong>
          <Inlines parts={part.parts} />
        </strong>
      );
    case "emphasis":
      return (
        <em>
          <Inlines parts={part.parts} />
        </em>
      );
    case "link":
      return (
        <a href={part.to} target="_blank" rel="noopener noreferrer nofollow">
          <Inlines parts={part.parts} />
        </a>
      );
    case "mention":
      return <span className={styles["mention"]}>@{part.name}</span>;
  }
}
