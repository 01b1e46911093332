import { createContext, use, type ReactNode } from "react";

import type { ConsoleClient } from "./api/console-client.ts";
import type { Application } from "./application/application.ts";
import type { Row } from "./application/row.ts";

/** What every page of somebody who is signed in has at hand. */
export interface Console {
  readonly application: Application;
  readonly client: ConsoleClient;
  readonly person: Row;
  /** Of somebody who came by a link: what it lets them do. They see what it shows and nothing else. */
  readonly link?: { readonly level: "read" | "comment" | "edit" };
}

const ConsoleContext = createContext<Console | null>(null);

export function ConsoleProvider(props: {
  readonly value: Console;
  readonly children: ReactNode;
}) {
  return <ConsoleContext value={props.value}>{props.children}</ConsoleContext>;
}

export function useConsole(): Console {
  const found = use(ConsoleContext);
  if (found === null) {
    throw new Error("a page that needs somebody who is signed in has nobody");
  }
  return found;
}

/** May the person do this with the collection, as far as that can be told without a record? */
export function mayEver(
  { person, application, link }: Console,
  name: string,
  act: "list" | "read" | "create" | "update" | "delete",
): boolean {
  if (link !== undefined) {
    return (
      act === "list" ||
      act === "read" ||
      (act !== "delete" && link.level === "edit")
    );
  }
  return (
    person["administrator"] === true ||
    application.collection(name)?.allows(act) === true
  );
}
