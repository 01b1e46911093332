import { Stack, Text } from "@mantine/core";
import type { RulePart, RuleStep, RuleTest } from "mainstay-client";

import { usePageTexts } from "../../../i18n/page-texts.ts";
import { StateBadge } from "../parts/state-badge.tsx";
import styles from "./rules.module.css";
import { segmentsOf } from "./segments.ts";
import { texts } from "./texts.ts";

/** What the rules say, and which part of them said it: in colours, in lines and in words. */
export function Verdict({ result }: { readonly result: RuleTest }) {
  const say = usePageTexts(texts);
  return (
    <Stack gap="md" mt="md">
      <div className={styles["verdict"]} data-allowed={result.allowed}>
        <Text fw={700} size="lg">
          {result.allowed ? "✓ " : "✗ "}
          {say(result.allowed ? "allowed" : "refused")}
        </Text>
        {result.code !== null && (
          <Text size="sm">{say(`codes.${result.code}`)}</Text>
        )}
        {!result.bound && <Text size="sm">{say("unbound")}</Text>}
      </div>
      {result.steps.length > 0 && (
        <ol className={styles["steps"]} aria-label={say("steps")}>
          {result.steps.map((step) => (
            <Step key={`${step.field}.${step.rule}`} step={step} />
          ))}
        </ol>
      )}
    </Stack>
  );
}

function Step({ step }: { readonly step: RuleStep }) {
  const say = usePageTexts(texts);
  const { field, rule, text, tree } = step;
  return (
    <li className={styles["step"]}>
      <div className={styles["line"]}>
        <b>
          {field === null
            ? say("step", { rule })
            : say("stepField", { rule, field })}
        </b>
        <StateBadge tone={step.passes ? "good" : "bad"}>
          {`${step.passes ? "✓" : "✗"} ${say(step.passes ? "passes" : "passesNot")}`}
        </StateBadge>
        {step.decides && <StateBadge tone="plain">{say("decides")}</StateBadge>}
        {step.draft && (
          <Text component="span" size="xs" c="dimmed">
            {say("stepDraft")}
          </Text>
        )}
      </div>
      {text === null ? (
        <Text size="sm">{say("noRule")}</Text>
      ) : (
        <pre className={styles["expression"]} tabIndex={0}>
          {segmentsOf(text, tree).map(({ text: piece, part }, at) => (
            <span
              key={at}
              className={styles["piece"]}
              data-truth={part?.truth ?? undefined}
              data-decides={part?.decides}
            >
              {piece}
            </span>
          ))}
        </pre>
      )}
      {text !== null && tree !== null && (
        <details open={step.decides}>
          <summary className={styles["summary"]}>{say("parts")}</summary>
          <ul className={styles["tree"]}>
            <PartView part={tree} text={text} />
          </ul>
        </details>
      )}
    </li>
  );
}

/** A part in words, with those that it is made of. */
function PartView(props: { readonly part: RulePart; readonly text: string }) {
  const { part, text } = props;
  const say = usePageTexts(texts);
  const words = useWords(part);
  return (
    <li>
      <span className={styles["words"]} data-decides={part.decides}>
        {part.start === null || part.end === null ? (
          <span>{nameOf(say, part)}</span>
        ) : (
          <code>{text.slice(part.start, part.end)}</code>
        )}{" "}
        {words}
        {part.decides && part.truth !== null && <b> · {say("decides")}</b>}
      </span>
      {part.parts.length > 0 && (
        <ul className={styles["tree"]}>
          {part.parts.map((one, at) => (
            <PartView key={at} part={one} text={text} />
          ))}
        </ul>
      )}
    </li>
  );
}

type Say = ReturnType<typeof usePageTexts<"adminRules">>;

function nameOf(say: Say, { kind, level, rule }: RulePart): string {
  switch (kind) {
    case "shared":
      return say("made.shared", { level: level ?? "" });
    case "rule":
      return say("made.rule", { rule: rule ?? "" });
    default:
      return say("made.other");
  }
}

/** What a part is worth. */
function useWords(part: RulePart): string {
  const say = usePageTexts(texts);
  const of =
    part.records === null ? [] : [say("ofRecords", { count: part.records })];
  if (part.truth === null) {
    const value = part.known
      ? say("is", { value: JSON.stringify(part.value) })
      : say("absent");
    return [value, ...of].join(", ");
  }
  const truth =
    part.some && part.truth !== "unknown"
      ? say(part.truth === "true" ? "someTrue" : "someFalse")
      : say(part.truth);
  return [`→ ${truth}`, ...of].join(", ");
}
