import "@mantine/core/styles/baseline.css";
import "@mantine/core/styles/default-css-variables.css";
import "@mantine/core/styles/global.css";
import "virtual:theme.css";
import "./theme/mantine.css";
import "./theme/tokens.css";

import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { I18nextProvider } from "react-i18next";

import { clientOf, readApplication } from "./api/console-client.ts";
import { loadTexts } from "./i18n/i18n.ts";
import { makeRouter, type Start } from "./router.tsx";
import { theme } from "./theme/theme.ts";
import { useTheme } from "./theme/use-theme.ts";
import { FailureNote } from "./ui/failure-note.tsx";

const queries = new QueryClient({
  // The client repeats what may be repeated.
  defaultOptions: {
    queries: {
      retry: false,
      refetchOnWindowFocus: false,
      // Without a network a page says so, and does not wait for one in silence.
      networkMode: "always",
    },
  },
});

function Console({ start }: { readonly start: Start | Error }) {
  const { scheme } = useTheme();
  return (
    <MantineProvider
      theme={theme}
      forceColorScheme={scheme}
      // With the first paint; what is forced comes a moment later.
      defaultColorScheme={scheme}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queries}>
        {start instanceof Error ? (
          <FailureNote error={start} retry={() => location.reload()} />
        ) : (
          <RouterProvider router={routerOf(start)} />
        )}
      </QueryClientProvider>
    </MantineProvider>
  );
}

let router: ReturnType<typeof makeRouter> | null = null;
function routerOf(start: Start): ReturnType<typeof makeRouter> {
  router ??= makeRouter(start);
  return router;
}

async function begin(): Promise<Start | Error> {
  try {
    const application = await readApplication();
    return { application, client: clientOf(application), queries };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const [texts, start] = await Promise.all([loadTexts(), begin()]);
const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <I18nextProvider i18n={texts}>
        <Console start={start} />
      </I18nextProvider>
    </StrictMode>,
  );
}
