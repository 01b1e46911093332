import { Autocomplete, Button, Select, TextInput } from "@mantine/core";
import { useState } from "react";

import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Icon } from "../../../ui/icon.tsx";
import { PersonSelect } from "../parts/person-select.tsx";
import type { AuditSearch } from "./audit.tsx";
import styles from "./audit.module.css";
import { KINDS } from "./kinds.ts";
import { texts } from "./texts.ts";

/** Narrows the audit: who, what, where and when. */
export function Filters(props: {
  readonly search: AuditSearch;
  readonly onNarrow: (search: AuditSearch) => void;
}) {
  const { search } = props;
  const say = usePageTexts(texts);
  const { application } = useConsole();
  const [kind, setKind] = useState(search.kind ?? "");
  const set = (name: keyof AuditSearch, value: string) => {
    const { [name]: _before, ...others } = search;
    props.onNarrow(value === "" ? others : { ...others, [name]: value });
  };
  const setTime = (name: "from" | "to", value: string) => {
    const time = new Date(value);
    set(name, Number.isNaN(time.getTime()) ? "" : time.toISOString());
  };
  return (
    <search className={styles["filters"]} aria-label={say("filters")}>
      <PersonSelect
        label={say("actor")}
        placeholder={say("anyone")}
        value={search.actor ?? ""}
        onChange={(id) => set("actor", id)}
      />
      <Select
        label={say("collection")}
        placeholder={say("anyCollection")}
        searchable
        clearable
        data={application.collections.map(({ name, title }) => ({
          value: name,
          label: title,
        }))}
        value={search.collection ?? null}
        onChange={(name) => set("collection", name ?? "")}
      />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          set("kind", kind.trim());
        }}
      >
        <Autocomplete
          label={say("kind")}
          placeholder={say("kindHint")}
          data={[...KINDS]}
          limit={40}
          clearable
          value={kind}
          onChange={setKind}
          onOptionSubmit={(chosen) => set("kind", chosen)}
          onBlur={() =>
            kind.trim() !== (search.kind ?? "") && set("kind", kind.trim())
          }
          onClear={() => set("kind", "")}
        />
      </form>
      <TextInput
        type="datetime-local"
        label={say("from")}
        value={localOf(search.from)}
        onChange={(event) => setTime("from", event.currentTarget.value)}
      />
      <TextInput
        type="datetime-local"
        label={say("to")}
        value={localOf(search.to)}
        onChange={(event) => setTime("to", event.currentTarget.value)}
      />
      {Object.keys(search).length > 0 && (
        <div className={styles["chips"]}>
          {search.record !== undefined && (
            <Chip
              text={say("ofRecord", { id: search.record.slice(-8) })}
              onRemove={() => set("record", "")}
            />
          )}
          {search.request !== undefined && (
            <Chip
              text={say("ofRequest", { id: search.request.slice(-8) })}
              onRemove={() => set("request", "")}
            />
          )}
          <Button
            variant="subtle"
            size="xs"
            onClick={() => {
              setKind("");
              props.onNarrow({});
            }}
          >
            {say("clear")}
          </Button>
        </div>
      )}
    </search>
  );
}

function Chip(props: { readonly text: string; readonly onRemove: () => void }) {
  const say = usePageTexts(texts);
  return (
    <Button
      variant="default"
      size="xs"
      rightSection={<Icon name="close" size={12} />}
      aria-label={say("leaveOut", { what: props.text })}
      onClick={props.onRemove}
    >
      {props.text}
    </Button>
  );
}

/** As an input of the browser's zone has it, to the minute. */
function localOf(value: string | undefined): string {
  const time = new Date(value ?? "");
  if (Number.isNaN(time.getTime())) {
    return "";
  }
  const shifted = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}
