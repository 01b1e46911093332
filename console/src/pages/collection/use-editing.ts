import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { told } from "../../api/failure.ts";
import { readRow, updateRow, expandOf } from "../../api/records.ts";
import type { Collection, Field } from "../../application/application.ts";
import { sameValue, type Json, type Row } from "../../application/row.ts";
import { useConsole } from "../../console.tsx";
import { replaceInLists } from "./list.ts";

/** Edits cells of a row. What was typed shows at once, and goes back when the server refuses it. */
export function useEditing(collection: Collection, row: Row) {
  const { client } = useConsole();
  const queries = useQueryClient();
  const { t } = useTranslation();
  const [field, setField] = useState<string | null>(null);

  async function finish({ name, title }: Field, value: Json) {
    setField(null);
    if (sameValue(row[name], value)) {
      return;
    }
    const put = (next: (now: Row) => Row) =>
      replaceInLists(queries, collection.name, row.id, next);
    put((now) => ({ ...now, [name]: value }));
    try {
      const saved = await updateRow(client, collection.name, row, {
        [name]: value,
      });
      put((now) => ({ ...now, ...saved }));
    } catch (error) {
      put(() => row);
      notifications.show({
        color: "red",
        title,
        message: told(t, error).text,
      });
      const expand = expandOf(collection);
      const newer = await readRow(
        client,
        collection.name,
        row.id,
        expand,
      ).catch(() => row);
      put(() => newer);
    }
  }

  return {
    field,
    begin: setField,
    cancel: () => setField(null),
    finish,
  };
}
