import { Alert, Button, Center, Stack, Text } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { isMissingPart, told } from "../api/failure.ts";

interface Props {
  readonly error: unknown;
  /** Does it again; without it there is nothing to do again. */
  readonly retry: (() => void) | null;
}

/** What went wrong, in the place where something should be. */
export function FailureNote({ error, retry }: Props) {
  const { t } = useTranslation();
  const { text, reference } = told(t, error);
  return (
    <Center p="lg">
      <Alert
        color="red"
        title={t("failure.title")}
        role="alert"
        maw="32rem"
        w="100%"
      >
        <Stack gap="sm" align="start">
          <Text size="sm">{text}</Text>
          {reference !== null && (
            <Text size="sm">{t("failure.reference", { id: reference })}</Text>
          )}
          {retry !== null && (
            <Button variant="default" onClick={retry}>
              {t("action.retry")}
            </Button>
          )}
        </Stack>
      </Alert>
    </Center>
  );
}

/** The same for a whole page of the router. */
export function FailurePage(props: {
  readonly error: unknown;
  readonly reset: () => void;
}) {
  const router = useRouter();
  const retry = () => {
    // A part of the console that did not arrive is asked for only by a new page.
    if (isMissingPart(props.error)) {
      location.reload();
      return;
    }
    props.reset();
    void router.invalidate();
  };
  return <FailureNote error={props.error} retry={retry} />;
}
