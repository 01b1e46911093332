import "../theme/signed-in.css";

import { MantineThemeProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** What dialogues and messages need around them. */
export function Providers({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  // The cross that closes something has a name, in the language of the person.
  const named = useMemo(() => {
    const closeButtonProps = { "aria-label": t("action.close") };
    const closing = { defaultProps: { closeButtonProps } };
    return { components: { Notification: closing, Modal: closing } };
  }, [t]);
  return (
    <MantineThemeProvider inherit theme={named}>
      <ModalsProvider
        labels={{ confirm: t("action.apply"), cancel: t("action.cancel") }}
      >
        <Notifications position="bottom-right" />
        {children}
      </ModalsProvider>
    </MantineThemeProvider>
  );
}
