import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ApplicationDefinition } from "mainstay-client";

import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { AdminPage } from "../parts/admin-page.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { choicesOf, type Choice } from "./choice.ts";
import { RuleView } from "./rule-view.tsx";
import styles from "./rules.module.css";
import { texts } from "./texts.ts";

/** Who may do what, and how to find out why. */
export function RulesPage() {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const found = useQuery({
    queryKey: ["/definition"],
    queryFn: async ({ signal }) =>
      (await client.request("GET", "/definition", {
        signal,
      })) as ApplicationDefinition,
  });
  return (
    <AdminPage title={say("title")} text={say("text")}>
      <Loaded found={found}>
        {(definition) => <Chosen definition={definition} />}
      </Loaded>
    </AdminPage>
  );
}

function Chosen(props: { readonly definition: ApplicationDefinition }) {
  const say = usePageTexts(texts);
  const navigate = useNavigate();
  const search = useSearch({ from: "/signed-in/administration/rules" });
  const { collections } = props.definition;
  const collection =
    collections.find(({ name }) => name === search.collection) ??
    collections[0];
  if (collection === undefined) {
    return null;
  }
  const choices = choicesOf(collection);
  const choice = choices.find(({ key }) => key === search.rule) ?? choices[0];
  const go = (next: { readonly collection: string; readonly rule?: string }) =>
    void navigate({ to: "/administration/rules", search: next });
  return (
    <>
      <div className={styles["choice"]}>
        <Select
          label={say("collection")}
          searchable
          allowDeselect={false}
          data={collections.map(({ name, title }) => ({
            value: name,
            label: title,
          }))}
          value={collection.name}
          onChange={(name) => go({ collection: name ?? collection.name })}
        />
        <Select
          label={say("rule")}
          searchable
          allowDeselect={false}
          data={choices.map((one) => ({
            value: one.key,
            label: titleOf(say, one),
          }))}
          value={choice?.key ?? null}
          onChange={(rule) =>
            go({ collection: collection.name, ...(rule !== null && { rule }) })
          }
        />
      </div>
      {choice !== undefined && (
        <RuleView
          key={`${collection.name}/${choice.key}`}
          collection={collection.name}
          choice={choice}
          file={collection.file}
        />
      )}
    </>
  );
}

function titleOf(
  say: ReturnType<typeof usePageTexts<"adminRules">>,
  { rule, field }: Choice,
): string {
  if (field !== null) {
    return say(rule === "write" ? "fieldWrite" : "fieldRead", { field });
  }
  return rule === "write" ? rule : say(`rules.${rule}`);
}
