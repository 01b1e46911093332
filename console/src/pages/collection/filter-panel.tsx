import {
  ActionIcon,
  Button,
  Group,
  SegmentedControl,
  Select,
  Stack,
  TextInput,
} from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { told } from "../../api/failure.ts";
import type { Collection, Field } from "../../application/application.ts";
import {
  expressionOf,
  needsValue,
  operatorsOf,
  type Condition,
  type Operator,
} from "../../fields/conditions.ts";
import { RelationInput } from "../../fields/relation-input.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { Icon } from "../../ui/icon.tsx";
import { inOrder } from "./columns.ts";
import styles from "./records.module.css";
import { texts } from "./texts.ts";

interface Props {
  readonly collection: Collection;
  /** The filter in force, as an expression. */
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  /** Why the list could not be read. */
  readonly failure: unknown;
}

/** Puts a filter together line by line, and shows it as the expression that it is; either way can be taken. */
export function FilterPanel(props: Props) {
  const { collection, filter, onFilter, failure } = props;
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const fields = inOrder(collection).filter(
    (field) => operatorsOf(field).length > 0,
  );
  const [lines, setLines] = useState<readonly Condition[]>([]);
  const [join, setJoin] = useState<"and" | "or">("and");
  const [text, setText] = useState(filter);
  const reason =
    failure === null || filter === "" ? null : told(t, failure).text;

  function change(next: readonly Condition[], how = join) {
    const known = new Map(fields.map((field) => [field.name, field]));
    setLines(next);
    setJoin(how);
    const expression = expressionOf(known, next, how);
    setText(expression);
    onFilter(expression);
  }
  const put = (at: number, line: Condition) =>
    change(lines.map((before, index) => (index === at ? line : before)));

  return (
    <Stack gap="xs" className={styles["expression"] ?? ""}>
      {lines.map((line, at) => (
        <Line
          // Lines have no other identity than their place.
          key={at}
          fields={fields}
          line={line}
          onChange={(next) => put(at, next)}
          onRemove={() => change(lines.filter((_, index) => index !== at))}
        />
      ))}
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="plus" size={14} />}
          onClick={() => {
            const [first] = fields;
            if (first !== undefined) {
              setLines([...lines, lineOf(first)]);
            }
          }}
        >
          {say("filter.add")}
        </Button>
        {lines.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label={say("filter.join")}
            value={join}
            data={[
              { value: "and", label: say("filter.and") },
              { value: "or", label: say("filter.or") },
            ]}
            onChange={(how) => change(lines, how as "and" | "or")}
          />
        )}
        {filter !== "" && (
          <Button size="xs" variant="subtle" onClick={() => change([])}>
            {t("action.clear")}
          </Button>
        )}
      </Group>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setLines([]);
          onFilter(text.trim());
        }}
      >
        <TextInput
          label={say("table.filterLabel")}
          placeholder={say("table.filterPlaceholder")}
          spellCheck={false}
          autoCapitalize="off"
          autoCorrect="off"
          styles={{
            input: { fontFamily: "var(--mantine-font-family-monospace)" },
          }}
          value={text}
          error={reason !== null && t("failure.codes.filter", { reason })}
          onChange={(event) => setText(event.currentTarget.value)}
          rightSectionWidth="auto"
          rightSection={
            <Button type="submit" size="compact-sm" variant="light" mx="3xs">
              {t("action.apply")}
            </Button>
          }
        />
      </form>
    </Stack>
  );
}

function lineOf(field: Field): Condition {
  const [operator = "is"] = operatorsOf(field);
  return { field: field.name, operator, value: "" };
}

function Line(props: {
  readonly fields: readonly Field[];
  readonly line: Condition;
  readonly onChange: (line: Condition) => void;
  readonly onRemove: () => void;
}) {
  const { fields, line, onChange } = props;
  const say = usePageTexts(texts);
  const field = fields.find(({ name }) => name === line.field);
  if (field === undefined) {
    return null;
  }
  return (
    <div className={styles["line"]}>
      <Select
        aria-label={say("filter.field")}
        allowDeselect={false}
        searchable
        data={fields.map(({ name, title }) => ({ value: name, label: title }))}
        value={line.field}
        onChange={(name) => {
          const next = fields.find((one) => one.name === name);
          if (next !== undefined) {
            onChange(lineOf(next));
          }
        }}
      />
      <Select
        aria-label={say("filter.operator")}
        allowDeselect={false}
        data={operatorsOf(field).map((one) => ({
          value: one,
          label: say(`filter.operators.${one}`),
        }))}
        value={line.operator}
        onChange={(operator) =>
          onChange({ ...line, operator: (operator ?? "is") as Operator })
        }
      />
      {needsValue(line.operator) && (
        <ValueInput
          field={field}
          value={line.value}
          onChange={(value) => onChange({ ...line, value })}
        />
      )}
      <ActionIcon
        variant="subtle"
        size="lg"
        aria-label={say("filter.remove")}
        onClick={props.onRemove}
      >
        <Icon name="close" size={16} />
      </ActionIcon>
    </div>
  );
}

const INPUTS: Readonly<Record<string, string>> = {
  date: "date",
  datetime: "datetime-local",
};

function ValueInput(props: {
  readonly field: Field;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const { field, value, onChange } = props;
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const label = say("filter.value");
  const choices =
    field.type === "boolean"
      ? [
          { value: "true", label: t("table.yes") },
          { value: "false", label: t("table.no") },
        ]
      : field.type === "select"
        ? (field.options ?? []).map((one) => ({ value: one, label: one }))
        : null;
  if (choices !== null) {
    return (
      <Select
        aria-label={label}
        data={choices}
        value={value === "" ? null : value}
        onChange={(picked) => onChange(picked ?? "")}
      />
    );
  }
  if (field.type === "relation") {
    return (
      <RelationInput
        // Here nothing has to be chosen.
        field={{ ...field, required: false }}
        draft={value}
        row={null}
        common={{
          "aria-label": label,
          description: undefined,
          error: null,
          disabled: false,
        }}
        onChange={(draft) => onChange(String(draft))}
      />
    );
  }
  return (
    <TextInput
      aria-label={label}
      type={INPUTS[field.type] ?? "text"}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
