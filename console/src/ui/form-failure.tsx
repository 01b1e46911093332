import { Alert } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { told } from "../api/failure.ts";

/** Why a form was not taken, above its button. */
export function FormFailure({ error }: { readonly error: unknown }) {
  const { t } = useTranslation();
  if (error === null) {
    return null;
  }
  const { text, reference } = told(t, error);
  return (
    <Alert color="red" role="alert" p="xs">
      {text}
      {reference !== null && ` ${t("failure.reference", { id: reference })}`}
    </Alert>
  );
}
