import { Skeleton, Stack } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { FailureNote } from "../../../ui/failure-note.tsx";

/** What was asked for, once it is there. */
export function Loaded<T>(props: {
  readonly found: Pick<
    UseQueryResult<T>,
    "data" | "error" | "isError" | "refetch"
  >;
  readonly children: (data: T) => ReactNode;
}) {
  const { t } = useTranslation();
  const { found } = props;
  if (found.data !== undefined) {
    return props.children(found.data);
  }
  if (found.isError) {
    return (
      <FailureNote error={found.error} retry={() => void found.refetch()} />
    );
  }
  return (
    <Stack gap="sm" role="status" aria-label={t("table.loading")}>
      {[...Array(6).keys()].map((line) => (
        <Skeleton key={line} height={40} />
      ))}
    </Stack>
  );
}
