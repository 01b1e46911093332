import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";

import { updateRow } from "../../../api/records.ts";
import type { Row } from "../../../application/row.ts";
import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import type { Question } from "../parts/confirm.tsx";
import type { Act } from "../parts/row-menu.tsx";
import { texts } from "./texts.ts";

type Asked =
  | "promote"
  | "demote"
  | "deactivate"
  | "activate"
  | "signOut"
  | "resetFactor"
  | "remove";
type Done = "saved" | "signedOut" | "factorReset" | "removed";

/** What an administrator does with an account. Each is asked for first. */
export function usePersonActs(onAsk: (question: Question) => void) {
  const say = usePageTexts(texts);
  const { client, person } = useConsole();
  const queries = useQueryClient();

  return (row: Row, name: string, isService: boolean): readonly Act[] => {
    const act = (
      asked: Asked,
      done: Done,
      isDangerous: boolean,
      work: () => Promise<unknown>,
    ): Act => ({
      label: say(asked),
      isDangerous,
      run: () =>
        onAsk({
          title: say(`${asked}Title`, { name }),
          text: say(`${asked}Text`, { name }),
          act: say(asked),
          isDangerous,
          run: async () => {
            await work();
            await queries.invalidateQueries({ queryKey: ["people"] });
            notifications.show({ message: say(`done.${done}`, { name }) });
          },
        }),
    });
    const change = (values: { readonly [field: string]: boolean }) => () =>
      updateRow(client, "users", row, values);
    const request = (method: "DELETE", path: string) => () =>
      client.request(method, `/users/${row.id}/${path}`);

    const role =
      row["administrator"] === true
        ? act("demote", "saved", true, change({ administrator: false }))
        : act("promote", "saved", true, change({ administrator: true }));
    const state =
      row["active"] === true
        ? act("deactivate", "saved", true, change({ active: false }))
        : act("activate", "saved", false, change({ active: true }));
    // Whoever shuts themselves out needs the command line to come back.
    const others =
      row.id === person.id
        ? []
        : [
            role,
            state,
            act("remove", "removed", true, request("DELETE", "account")),
          ];
    const sessions = [
      act("signOut", "signedOut", true, request("DELETE", "sessions")),
      act(
        "resetFactor",
        "factorReset",
        true,
        request("DELETE", "second-factor"),
      ),
    ];
    return isService ? others : [...sessions, ...others];
  };
}
