import {
  Button,
  Group,
  MultiSelect,
  Select,
  Stack,
  Text,
  Title,
} from "@mantine/core";

import type { Collection, Field } from "../../application/application.ts";
import { useConsole } from "../../console.tsx";
import { draftOfDefault } from "../../fields/draft.ts";
import { FieldInput } from "../../fields/field-input.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import styles from "./import.module.css";
import {
  importable,
  waysToFind,
  type Mapping,
  type Origin,
} from "./mapping.ts";
import { cellText, type Source } from "./source.ts";
import { texts } from "./texts.ts";

interface Props {
  readonly collection: Collection;
  readonly source: Source;
  readonly mapping: Mapping;
  readonly onMapping: (mapping: Mapping) => void;
  readonly chosenKey: readonly string[];
  readonly onKey: (key: readonly string[]) => void;
  /** How much of the check is done, from 0 to 1; null while none runs. */
  readonly progress: number | null;
  readonly error: unknown;
  readonly onBack: () => void;
  readonly onNext: () => void;
  readonly onCancel: () => void;
}

/** Which column goes into which field. */
export function FieldsStep(props: Props) {
  const { collection, source, mapping, onMapping, progress } = props;
  const say = usePageTexts(texts);
  const fields = importable(collection);
  const used = new Set(
    Object.values(mapping).flatMap((origin) =>
      origin.kind === "column" ? [origin.column] : [],
    ),
  );
  const unused = source.columns.filter((_, column) => !used.has(column));
  const lacking = fields.filter((field) => isLacking(field, mapping));
  const set = (field: Field, origin: Origin | null) => {
    const { [field.name]: _, ...rest } = mapping;
    onMapping(origin === null ? rest : { ...rest, [field.name]: origin });
  };
  return (
    <Stack gap="lg">
      <div>
        <Title order={2} size="h4">
          {say("fields.title")}
        </Title>
        <Text size="sm" c="dimmed">
          {say("fields.text")}
        </Text>
      </div>
      <ul className={styles["fields"]}>
        {fields.map((field) => (
          <li key={field.name} className={styles["field"]}>
            <FieldOrigin
              field={field}
              source={source}
              origin={mapping[field.name] ?? null}
              isLacking={lacking.includes(field)}
              onChange={(origin) => set(field, origin)}
            />
          </li>
        ))}
      </ul>
      {unused.length > 0 && (
        <Text size="sm" c="dimmed">
          {say("fields.unused", {
            count: unused.length,
            names: unused.join(", "),
          })}
        </Text>
      )}
      <MultiSelect
        label={say("fields.key")}
        description={say("fields.keyText")}
        {...(props.chosenKey.length === 0 && {
          placeholder: say("fields.keyAll"),
        })}
        maw="36rem"
        data={fields
          .filter(({ name }) => name in mapping)
          .map(({ name, title }) => ({ value: name, label: title }))}
        value={props.chosenKey.filter((name) => name in mapping)}
        onChange={props.onKey}
      />
      <FormFailure error={props.error} />
      {progress === null ? (
        <Group>
          <Button onClick={props.onNext} disabled={lacking.length > 0}>
            {say("fields.next")}
          </Button>
          <Button variant="default" onClick={props.onBack}>
            {say("steps.file")}
          </Button>
        </Group>
      ) : (
        <Running
          label={say("fields.checking")}
          share={progress}
          stop={say("run.stop")}
          onStop={props.onCancel}
        />
      )}
    </Stack>
  );
}

/** Something that takes a while, how far it is, and a way to end it. */
export function Running(props: {
  readonly label: string;
  readonly share: number;
  readonly detail?: string;
  readonly stop: string | null;
  readonly onStop: () => void;
}) {
  return (
    <Stack gap="xs" maw="36rem">
      <Text size="sm" role="status">
        {props.label}
      </Text>
      <progress
        className={styles["progress"]}
        max={1}
        value={props.share}
        aria-label={props.label}
      />
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {props.detail ?? ""}
        </Text>
        {props.stop !== null && (
          <Button variant="default" onClick={props.onStop}>
            {props.stop}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

const LEFT_OUT = "left-out";
const CONSTANT = "constant";

function FieldOrigin(props: {
  readonly field: Field;
  readonly source: Source;
  readonly origin: Origin | null;
  readonly isLacking: boolean;
  readonly onChange: (origin: Origin | null) => void;
}) {
  const { field, source, origin, onChange } = props;
  const say = usePageTexts(texts);
  const { application, person } = useConsole();
  const target = application.target(field);
  const ways = target === undefined ? [] : waysToFind(target);
  const example =
    origin?.kind === "column"
      ? source.rows
          .map(({ cells }) => cellText(cells[origin.column]).trim())
          .find((text) => text !== "")
      : undefined;
  return (
    <>
      <Select
        label={field.title}
        withAsterisk={field.required && !field.system && field.default === null}
        error={props.isLacking ? say("fields.needed") : null}
        description={
          example !== undefined
            ? say("fields.example", { value: example.slice(0, 60) })
            : origin === null && field.default !== null
              ? say("fields.default")
              : undefined
        }
        inputWrapperOrder={["label", "input", "description", "error"]}
        allowDeselect={false}
        searchable={source.columns.length > 12}
        data={[
          { value: LEFT_OUT, label: say("fields.leftOut") },
          ...(field.system
            ? []
            : [{ value: CONSTANT, label: say("fields.constant") }]),
          ...source.columns.map((name, column) => ({
            value: `${column}`,
            label: name || `${column + 1}`,
          })),
        ]}
        value={
          origin === null
            ? LEFT_OUT
            : origin.kind === "constant"
              ? CONSTANT
              : `${origin.column}`
        }
        onChange={(value) =>
          onChange(
            value === null || value === LEFT_OUT
              ? null
              : value === CONSTANT
                ? {
                    kind: "constant",
                    draft: draftOfDefault(field, person.id),
                  }
                : { kind: "column", column: Number(value), by: ways[0] ?? "" },
          )
        }
      />
      {origin?.kind === "constant" && (
        <FieldInput
          field={{
            ...field,
            title: say("fields.constantValue", { field: field.title }),
            description: "",
          }}
          draft={origin.draft}
          onChange={(draft) => onChange({ kind: "constant", draft })}
          fault={null}
          row={null}
          isLocked={false}
        />
      )}
      {origin?.kind === "column" && target !== undefined && (
        <Select
          label={say("fields.findBy")}
          aria-label={`${field.title}: ${say("fields.findBy")}`}
          allowDeselect={false}
          data={ways.map((name) => ({
            value: name,
            label:
              name === "id"
                ? say("fields.findById")
                : (target.field(name)?.title ?? name),
          }))}
          value={origin.by}
          onChange={(by) => onChange({ ...origin, by: by ?? "id" })}
        />
      )}
    </>
  );
}

/** Does every record need the field, while nothing gives it a value? */
function isLacking(field: Field, mapping: Mapping): boolean {
  const origin = mapping[field.name];
  const isEmpty =
    origin === undefined ||
    (origin.kind === "constant" &&
      (origin.draft === "" ||
        (Array.isArray(origin.draft) && origin.draft.length === 0)));
  return isEmpty && field.required && !field.system && field.default === null;
}
