import { Input, Skeleton } from "@mantine/core";
import { lazy, Suspense, type ReactNode } from "react";

import type { Field } from "../application/application.ts";
import type { Json } from "../application/row.ts";
import { usePageTexts } from "../i18n/page-texts.ts";
import styles from "./json-input.module.css";
import { faultsOf, type JsonFault } from "./json-schema.ts";
import { texts } from "./texts.ts";

// It is heavy, and few fields need it.
const JsonEditor = lazy(async () => ({
  default: (await import("./json-editor.tsx")).JsonEditor,
}));

interface Props {
  readonly field: Field;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly common: {
    readonly label: string;
    readonly description: ReactNode;
    readonly error: string | null;
    readonly withAsterisk: boolean;
    readonly disabled: boolean;
    readonly id: string;
  };
}

/** JSON, with what its schema asks for and where it is not so. */
export function JsonInput({ field, text, onChange, common }: Props) {
  const say = usePageTexts(texts);
  const schema = field.schema as Json | undefined;
  const tell = (fault: JsonFault) => sentenceOf(say, fault);
  const faults = faultsIn(schema, text);
  const { id, disabled, error, ...words } = common;
  return (
    <Input.Wrapper
      {...words}
      error={error}
      labelElement="div"
      onClick={() => document.getElementById(id)?.focus()}
    >
      <Suspense fallback={<Skeleton height={82} />}>
        <JsonEditor
          id={id}
          label={field.title}
          text={text}
          schema={schema}
          isLocked={disabled}
          isWrong={error !== null || faults.length > 0}
          tell={tell}
          onChange={onChange}
        />
      </Suspense>
      {faults.length > 0 && (
        <ul className={styles["faults"]} role="status">
          {faults.map((fault) => {
            const sentence = tell(fault);
            return <li key={sentence}>{sentence}</li>;
          })}
        </ul>
      )}
    </Input.Wrapper>
  );
}

/** What is no JSON has no faults of a schema: that is said when it is sent. */
function faultsIn(
  schema: Json | undefined,
  text: string,
): readonly JsonFault[] {
  if (text.trim() === "") {
    return [];
  }
  try {
    return faultsOf(schema, JSON.parse(text) as Json);
  } catch {
    return [];
  }
}

function sentenceOf(
  say: ReturnType<typeof usePageTexts<"fields">>,
  { path, kind, wanted }: JsonFault,
): string {
  const sentence = say(`json.${kind}`, { wanted });
  return path.length === 0 ? sentence : `${pathText(path)}: ${sentence}`;
}

/** As people write it: `lines[2].name`. */
function pathText(path: readonly (string | number)[]): string {
  return path
    .map((step, index) =>
      typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`,
    )
    .join("");
}
