import { useState } from "react";

import type { Collection, Field } from "../../application/application.ts";
import { sameValue, type Json, type Row } from "../../application/row.ts";
import { useChanging } from "./use-changing.ts";

/** Edits cells of a row. What was typed shows at once, and goes back when the server refuses it. */
export function useEditing(collection: Collection, row: Row) {
  const change = useChanging(collection);
  const [field, setField] = useState<string | null>(null);

  async function finish({ name, title }: Field, value: Json) {
    setField(null);
    if (!sameValue(row[name], value)) {
      await change([{ row, values: { [name]: value } }], {
        text: title,
        over: "this version",
      });
    }
  }

  return {
    field,
    begin: setField,
    cancel: () => setField(null),
    finish,
  };
}
