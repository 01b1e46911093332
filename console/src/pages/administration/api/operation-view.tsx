import { Code, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { usePageTexts } from "../../../i18n/page-texts.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Prose } from "../parts/prose.tsx";
import styles from "./api.module.css";
import { typeOf, type Operation, type Part } from "./document.ts";
import { texts } from "./texts.ts";
import { TryOut } from "./try-out.tsx";

/** One operation: closed it is a line, open it says everything about itself. */
export function OperationView({
  operation,
}: {
  readonly operation: Operation;
}) {
  const say = usePageTexts(texts);
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      className={styles["operation"]}
      onToggle={(event) => {
        if (event.target === event.currentTarget) {
          setOpen(event.currentTarget.open);
        }
      }}
    >
      <summary className={styles["line"]}>
        <span className={styles["method"]} data-method={operation.method}>
          {operation.method}
        </span>
        <code className={styles["path"]}>{operation.path}</code>
        <span className={styles["summary"]}>{operation.summary}</span>
      </summary>
      {isOpen && (
        <Stack gap="md" className={styles["about"] ?? ""}>
          {operation.description !== "" && (
            <Text size="sm">
              <Prose text={operation.description} />
            </Text>
          )}
          {operation.parameters.length > 0 && (
            <Parts
              title={say("parameters")}
              parts={operation.parameters.map((one) => ({
                name: one.name,
                type: typeOf(one.schema),
                required: one.required === true,
                text: one.description ?? "",
              }))}
            />
          )}
          {operation.body !== null && operation.body.fields.length > 0 && (
            <Parts title={say("body")} parts={operation.body.fields} />
          )}
          <Answers operation={operation} />
          <TryOut operation={operation} />
        </Stack>
      )}
    </details>
  );
}

function Parts(props: {
  readonly title: string;
  readonly parts: readonly Part[];
}) {
  const say = usePageTexts(texts);
  return (
    <div>
      <h3 className={styles["heading"]}>{props.title}</h3>
      <DataTable
        label={props.title}
        items={props.parts}
        keyOf={({ name }) => name}
        columns={[
          {
            title: say("name"),
            cell: ({ name, required }) => (
              <>
                <Code>{name}</Code>
                {required && (
                  <Text component="span" size="xs" c="dimmed">
                    {" "}
                    {say("required")}
                  </Text>
                )}
              </>
            ),
          },
          {
            title: say("type"),
            cell: ({ type }) => <code className={styles["type"]}>{type}</code>,
          },
          {
            title: say("meaning"),
            cell: ({ text }) => <Prose text={text || "–"} />,
          },
        ]}
      />
    </div>
  );
}

function Answers({ operation }: { readonly operation: Operation }) {
  const say = usePageTexts(texts);
  return (
    <div>
      <h3 className={styles["heading"]}>{say("answers")}</h3>
      <DataTable
        label={say("answers")}
        items={operation.answers}
        keyOf={({ status }) => status}
        columns={[
          {
            title: say("status"),
            cell: ({ status }) => <Code>{status}</Code>,
          },
          {
            title: say("meaning"),
            cell: ({ text, fields }) => (
              <>
                <Prose text={text} />
                {fields.length > 0 && (
                  <Text component="span" size="xs" c="dimmed">
                    {" "}
                    {`{ ${fields.map(({ name }) => name).join(", ")} }`}
                  </Text>
                )}
              </>
            ),
          },
        ]}
      />
    </div>
  );
}
