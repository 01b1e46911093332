import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { listRows } from "../../../api/records.ts";
import type { Field } from "../../../application/application.ts";
import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { texts } from "../texts.ts";
import type { Group } from "./groups.ts";

/** More columns than these nobody overlooks. */
const COLUMNS_MAX = 100;

/** The columns that a field makes: its choices, or the records that it can lead to. */
export function useGroups(field: Field) {
  const { application, client } = useConsole();
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const target = application.target(field);
  const found = useQuery({
    queryKey: ["groups", target?.name],
    enabled: target !== undefined,
    queryFn: async ({ signal }) => {
      const query = { filter: "", sort: [], expand: [] };
      const at = { cursor: null, limit: COLUMNS_MAX, signal };
      return target === undefined
        ? []
        : (await listRows(client, target.name, query, at)).items;
    },
  });
  const groups = useMemo((): readonly Group[] => {
    const none = field.required
      ? []
      : [
          {
            key: "",
            title: say("board.none", { field: field.title }),
            value: null,
          },
        ];
    if (target !== undefined) {
      const rows = found.data ?? [];
      return [
        ...none,
        ...rows.map((row) => ({
          key: row.id,
          title: target.labelOf(row),
          value: row.id,
        })),
      ];
    }
    if (field.type === "boolean") {
      return [
        ...none,
        {
          key: "false",
          title: `${field.title}: ${t("table.no")}`,
          value: false,
        },
        {
          key: "true",
          title: `${field.title}: ${t("table.yes")}`,
          value: true,
        },
      ];
    }
    return [
      ...none,
      ...(field.options ?? []).map((one) => ({
        key: one,
        title: one,
        value: one,
      })),
    ];
  }, [field, target, found.data, say, t]);
  return {
    groups,
    isPending: target !== undefined && found.isPending,
    error: found.error,
    refetch: found.refetch,
  };
}
