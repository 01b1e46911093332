import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { ACTIONS, byCollection } from "./scopes.ts";
import { texts } from "./texts.ts";

/** Says what scopes let a program do. */
export function useScopeWords(): (scopes: readonly string[]) => string {
  const say = usePageTexts(texts);
  const { application } = useConsole();
  const word = (name: string) => {
    const action = ACTIONS.find((one) => one === name);
    return action === undefined ? name : say(`keys.actions.${action}`);
  };
  return (scopes) =>
    [...byCollection(scopes)]
      .map(([name, actions]) => {
        if (name === "admin") {
          return say("keys.admin");
        }
        const title =
          name === "*"
            ? say("keys.everything")
            : (application.collection(name)?.title ?? name);
        // What a client may know of the person has no action.
        return actions.includes("")
          ? name
          : actions.includes("*")
            ? `${title}: ${say("keys.actions.all")}`
            : `${title}: ${actions.map(word).join(", ")}`;
      })
      .join(" · ");
}
