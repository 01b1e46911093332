import { useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Field } from "../../application/application.ts";
import type { Json } from "../../application/row.ts";
import { draftOf, readDraft } from "../../fields/draft.ts";
import { texts as fieldTexts } from "../../fields/texts.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import styles from "./grid.module.css";
import { texts } from "./texts.ts";

const SHORT = ["text", "email", "url", "integer", "number", "decimal", "date"];

/** Fields whose value fits a cell while it is edited; the others are edited in the drawer. */
export function isEditedInPlace(field: Field): boolean {
  const fits =
    field.type === "select" ||
    field.type === "boolean" ||
    (SHORT.includes(field.type) && field.multiline !== true);
  return fits && !field.system && !field.read_only && field.write_once !== true;
}

interface Props {
  readonly field: Field;
  readonly value: Json;
  readonly onDone: (value: Json) => void;
  readonly onCancel: () => void;
}

/** Edits a value where it stands: Enter takes it, Escape leaves it as it was. */
export function CellEditor({ field, value, onDone, onCancel }: Props) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const [draft, setDraft] = useState(() => String(draftOf(field, value)));
  const ended = useRef(false);
  const reading = readDraft(usePageTexts(fieldTexts), field, draft);
  const fault = reading.ok ? null : reading.fault;

  function take() {
    if (ended.current) {
      return;
    }
    if (reading.ok) {
      ended.current = true;
      onDone(reading.value);
    }
  }
  function leave() {
    // What does not fit is not lost without a word: the cell stays open.
    if (reading.ok) {
      take();
    }
  }
  const common = {
    "aria-label": say("table.editCell", { field: field.title }),
    "aria-invalid": fault !== null,
    title: fault ?? undefined,
    className: styles["editor"],
    autoFocus: true,
    onBlur: leave,
    onKeyDown: (event: KeyboardEvent) => {
      event.stopPropagation();
      if (event.key === "Enter") {
        event.preventDefault();
        take();
      } else if (event.key === "Escape") {
        ended.current = true;
        onCancel();
      }
    },
  };
  const options = optionsOf(field, t("table.yes"), t("table.no"));
  if (options !== null) {
    return (
      <select
        {...common}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
      >
        {!field.required && <option value="">–</option>}
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      {...common}
      type={field.type === "date" ? "date" : "text"}
      inputMode={
        ["integer", "number", "decimal"].includes(field.type)
          ? "decimal"
          : undefined
      }
      value={draft}
      onChange={(event) => setDraft(event.currentTarget.value)}
    />
  );
}

function optionsOf(
  field: Field,
  yes: string,
  no: string,
): readonly (readonly [string, string])[] | null {
  if (field.type === "boolean") {
    return [
      ["true", yes],
      ["false", no],
    ];
  }
  return field.type === "select"
    ? (field.options ?? []).map((one) => [one, one] as const)
    : null;
}
