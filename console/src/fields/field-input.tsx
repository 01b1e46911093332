import {
  MultiSelect,
  Select,
  Switch,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Field } from "../application/application.ts";
import type { Row } from "../application/row.ts";
import { usePageTexts } from "../i18n/page-texts.ts";
import type { Draft } from "./draft.ts";
import { RelationInput } from "./relation-input.tsx";
import { texts } from "./texts.ts";

interface Props {
  readonly field: Field;
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  /** Why the value is not taken. */
  readonly fault: string | null;
  /** The record that is edited, with what its relations lead to. */
  readonly row: Row | null;
  readonly isLocked: boolean;
}

/** The input of a field, by its type. */
export function FieldInput(props: Props) {
  const { field, draft, onChange, fault, isLocked } = props;
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const common = {
    label: field.title,
    description:
      isLocked && field.write_once
        ? [field.description, say("writeOnce")].filter(Boolean).join(" ")
        : field.description || undefined,
    error: fault,
    withAsterisk: field.required && field.type !== "boolean",
    disabled: isLocked,
    id: `field-${field.name}`,
  };
  const text = typeof draft === "string" ? draft : "";
  const list = Array.isArray(draft) ? [...draft] : [];
  switch (field.type) {
    case "relation":
      return <RelationInput {...props} common={common} />;
    case "boolean":
      return field.required ? (
        <Switch
          label={common.label}
          description={common.description}
          error={common.error}
          disabled={isLocked}
          id={common.id}
          checked={draft === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      ) : (
        <Select
          {...common}
          clearable
          data={[
            { value: "true", label: t("table.yes") },
            { value: "false", label: t("table.no") },
          ]}
          value={text === "" ? null : text}
          onChange={(value) => onChange(value ?? "")}
        />
      );
    case "select":
      return (
        <Select
          {...common}
          clearable={!field.required}
          searchable={(field.options?.length ?? 0) > 8}
          data={[...(field.options ?? [])]}
          value={text === "" ? null : text}
          onChange={(value) => onChange(value ?? "")}
        />
      );
    case "multi_select":
      return (
        <MultiSelect
          {...common}
          clearable
          searchable
          data={[...(field.options ?? [])]}
          value={list}
          onChange={onChange}
        />
      );
    case "json":
      return (
        <Textarea
          {...common}
          autosize
          minRows={3}
          maxRows={16}
          spellCheck={false}
          styles={{
            input: { fontFamily: "var(--mantine-font-family-monospace)" },
          }}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "text":
      return field.multiline === true ? (
        <Textarea
          {...common}
          autosize
          minRows={3}
          maxRows={16}
          dir="auto"
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      ) : (
        <TextInput
          {...common}
          dir="auto"
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    default:
      return (
        <TextInput
          {...common}
          {...inputOf(field)}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

function inputOf(field: Field) {
  switch (field.type) {
    case "integer":
      return { inputMode: "numeric" } as const;
    case "number":
    case "decimal":
      return { inputMode: "decimal" } as const;
    case "date":
      return { type: "date" } as const;
    case "datetime":
      return { type: "datetime-local", step: 1 } as const;
    case "email":
      return { type: "email", autoComplete: "off" } as const;
    case "url":
      return { type: "url" } as const;
    default:
      return {};
  }
}
