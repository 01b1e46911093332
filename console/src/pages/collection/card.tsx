import { useTranslation } from "react-i18next";

import type { Collection, Field } from "../../application/application.ts";
import type { Row } from "../../application/row.ts";
import { useConsole } from "../../console.tsx";
import { shown } from "../../fields/shown.ts";
import { orderField } from "./board/order.ts";
import styles from "./card.module.css";
import type { Columns } from "./columns.ts";

const FIELDS_MAX = 6;

/** What a card says besides the name of the record: the columns that are shown, but not what its place says already. */
export function cardFields(
  collection: Collection,
  columns: Columns,
  ...without: readonly string[]
): readonly Field[] {
  const inLabel = collection.about.label.flatMap((part) =>
    "field" in part ? [part.field] : [],
  );
  const hidden = [
    ...inLabel,
    ...without,
    orderField(collection)?.name,
    "created_at",
    "updated_at",
  ];
  return columns.shown
    .map(({ field }) => field)
    .filter(({ name }) => !hidden.includes(name))
    .slice(0, FIELDS_MAX);
}

/** The fields of a record, one a line; those without a value are left out. */
export function CardFields(props: {
  readonly fields: readonly Field[];
  readonly row: Row;
}) {
  const { application } = useConsole();
  const { t, i18n } = useTranslation();
  const showing = { application, language: i18n.language, t };
  const lines = props.fields.flatMap((field) => {
    const text = shown(showing, field, props.row);
    const isNothing = text === "" || props.row[field.name] === false;
    return isNothing ? [] : [{ field, text }];
  });
  return (
    lines.length > 0 && (
      <dl className={styles["fields"]}>
        {lines.map(({ field, text }) => (
          <div key={field.name} className={styles["field"]}>
            <dt>{field.title}</dt>
            <dd dir="auto">{text}</dd>
          </div>
        ))}
      </dl>
    )
  );
}
