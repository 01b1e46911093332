import { Anchor, Code, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ApplicationDefinition } from "mainstay-client";
import type { ReactNode } from "react";

import { usePageTexts } from "../../../i18n/page-texts.ts";
import { DataTable } from "../parts/data-table.tsx";
import { RULES, type Rule } from "../rules/choice.ts";
import styles from "./definition.module.css";
import { texts } from "./texts.ts";

type Collection = ApplicationDefinition["collections"][number];
type Field = Collection["fields"][number];

/** A collection as tables: fields, rules, checks, indexes. */
export function CollectionView(props: { readonly collection: Collection }) {
  const { collection } = props;
  const say = usePageTexts(texts);
  return (
    <Stack gap="xl">
      {collection.description !== "" && (
        <Text size="sm">{collection.description}</Text>
      )}
      <Part title={say("fieldsTitle")}>
        <DataTable
          label={say("fieldsTitle")}
          items={collection.fields}
          keyOf={({ name }) => name}
          columns={[
            {
              title: say("name"),
              cell: ({ name, title }) => (
                <>
                  <Code>{name}</Code>{" "}
                  <Text component="span" size="sm" fw={400}>
                    {title}
                  </Text>
                </>
              ),
            },
            { title: say("type"), cell: typeOf },
            { title: say("marks"), cell: (field) => <Marks field={field} /> },
          ]}
        />
      </Part>
      <Rules collection={collection} />
      {collection.checks.length > 0 && (
        <Part title={say("checks")}>
          <DataTable
            label={say("checks")}
            items={collection.checks}
            keyOf={({ name, field }) => `${field}.${name}`}
            columns={[
              { title: say("check"), cell: ({ name }) => name },
              {
                title: say("expression"),
                cell: ({ expression }) => (
                  <code className={styles["expression"]}>
                    {expression?.text.trim()}
                  </code>
                ),
              },
              { title: say("message"), cell: ({ message }) => message },
            ]}
          />
        </Part>
      )}
      <Part title={say("indexes")}>
        {collection.indexes.length === 0 ? (
          <Text size="sm">{say("noIndexes")}</Text>
        ) : (
          <DataTable
            label={say("indexes")}
            items={collection.indexes}
            keyOf={({ fields, unique }) => `${fields.join()}${unique}`}
            columns={[
              { title: say("index"), cell: ({ fields }) => fields.join(", ") },
              {
                title: say("unique"),
                cell: ({ unique }) => (unique ? say("yes") : "–"),
              },
            ]}
          />
        )}
      </Part>
    </Stack>
  );
}

function Rules({ collection }: { readonly collection: Collection }) {
  const say = usePageTexts(texts);
  const without = (rule: Rule) =>
    rule === "comment"
      ? say("everyReader")
      : rule === "share"
        ? say("whoUpdates")
        : say("onlyAdministrators");
  return (
    <Part title={say("rules")}>
      <DataTable
        label={say("rules")}
        items={RULES}
        keyOf={(rule) => rule}
        columns={[
          {
            title: say("rule"),
            cell: (rule) => (
              <Anchor
                component={Link}
                to="/administration/rules"
                search={{ collection: collection.name, rule } as never}
                size="sm"
                aria-label={say("tryRule", { rule })}
              >
                {rule}
              </Anchor>
            ),
          },
          {
            title: say("expression"),
            cell: (rule) => {
              const text = collection.rules[rule]?.text.trim();
              return text === undefined ? (
                <Text component="span" size="sm" c="dimmed">
                  {without(rule)}
                </Text>
              ) : (
                <code className={styles["expression"]}>{text}</code>
              );
            },
          },
        ]}
      />
    </Part>
  );
}

function Marks({ field }: { readonly field: Field }) {
  const say = usePageTexts(texts);
  const marks = [
    field.required && say("required"),
    field.unique && say("unique"),
    field.hidden && say("hidden"),
    field.read_only && say("readOnlyField"),
    field.write_once && say("writeOnce"),
    field.system && say("system"),
  ].filter((mark) => mark !== false);
  return marks.join(", ") || "–";
}

function typeOf(field: Field): string {
  if (field.type === "relation") {
    return `→ ${field.to ?? ""}${field.many === true ? "[]" : ""}`;
  }
  return field.options === undefined
    ? field.type
    : `${field.type}: ${field.options.join(", ")}`;
}

function Part(props: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles["part"]}>
      <h2 className={styles["heading"]}>{props.title}</h2>
      {props.children}
    </section>
  );
}
