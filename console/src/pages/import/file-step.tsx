import { Button, Group, Select, Stack, Text, Title } from "@mantine/core";
import { useRef, useState, type DragEvent } from "react";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { FailureNote } from "../../ui/failure-note.tsx";
import { DELIMITERS } from "./csv.ts";
import styles from "./import.module.css";
import {
  ENCODINGS,
  guessManner,
  readSource,
  type Encoding,
  type Manner,
  type Source,
} from "./source.ts";
import { texts } from "./texts.ts";

const MEGABYTES_MAX = 100;

/** A file with what stands in it, read in one manner. */
export interface Chosen {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly manner: Manner;
  readonly source: Source;
}

interface Props {
  readonly chosen: Chosen | null;
  readonly onChosen: (chosen: Chosen) => void;
  readonly onNext: () => void;
}

const NAMES_OF_DELIMITERS = {
  ",": "file.comma",
  ";": "file.semicolon",
  "\t": "file.tab",
  "|": "file.bar",
} as const;

/** The file, and how it is to be read. */
export function FileStep({ chosen, onChosen, onNext }: Props) {
  const say = usePageTexts(texts);
  const input = useRef<HTMLInputElement>(null);
  const [isReading, setReading] = useState(false);
  const [isOver, setOver] = useState(false);
  const [isTooLarge, setTooLarge] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const running = useRef<AbortController | null>(null);

  async function read(name: string, bytes: Uint8Array, manner: Manner) {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    setReading(true);
    try {
      const source = await readSource(bytes, manner, control.signal);
      onChosen({ name, bytes, manner, source });
      setError(null);
    } catch (failure) {
      if (control.signal.aborted) {
        return;
      }
      setError(failure);
    }
    setReading(false);
  }

  async function take(file: File | undefined) {
    if (file === undefined) {
      return;
    }
    const fits = file.size <= MEGABYTES_MAX * 1_000_000;
    setTooLarge(!fits);
    if (fits) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      await read(file.name, bytes, guessManner(bytes, file.name));
    }
  }

  const change = (part: Partial<Manner>) => {
    if (chosen !== null) {
      const manner = { ...chosen.manner, ...part };
      void read(chosen.name, chosen.bytes, manner);
    }
  };
  const over = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  const count =
    chosen === null
      ? 0
      : chosen.source.rows.length + chosen.source.broken.length;
  return (
    <Stack gap="lg">
      <div>
        <Title order={2} size="h4">
          {say("file.title")}
        </Title>
        <Text size="sm" c="dimmed">
          {say("file.text")}
        </Text>
      </div>
      <div
        className={styles["drop"]}
        data-over={isOver}
        onDragOver={over}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void take(event.dataTransfer.files[0]);
        }}
      >
        <input
          ref={input}
          type="file"
          className={styles["file"]}
          id="import-file"
          aria-label={say("file.choose")}
          tabIndex={-1}
          accept=".csv,.tsv,.txt,.json,.jsonl,.ndjson,text/csv,application/json"
          onChange={(event) => {
            void take(event.currentTarget.files?.[0]);
            // The same file can be chosen again after it was corrected.
            event.currentTarget.value = "";
          }}
        />
        <Button
          variant={chosen === null ? "filled" : "default"}
          onClick={() => input.current?.click()}
        >
          {say(chosen === null ? "file.choose" : "file.another")}
        </Button>
        <Text size="sm" c="dimmed">
          {say("file.drop")}
        </Text>
      </div>
      <div role="status">
        {isTooLarge ? (
          <Text size="sm" c="var(--mantine-color-error)">
            {say("file.tooLarge", { max: MEGABYTES_MAX })}
          </Text>
        ) : isReading ? (
          <Text size="sm">{say("file.reading")}</Text>
        ) : chosen === null ? null : (
          <Text size="sm">
            <strong>{chosen.name}</strong>
            {": "}
            {count === 0
              ? say("file.none")
              : say("file.found", {
                  count,
                  columns: chosen.source.columns.length,
                })}
          </Text>
        )}
      </div>
      {error !== null && <FailureNote error={error} retry={null} />}
      {chosen !== null && (
        <>
          <div className={styles["manner"]}>
            <Select
              label={say("file.format")}
              data={[
                { value: "csv", label: say("file.csv") },
                { value: "json", label: say("file.json") },
              ]}
              allowDeselect={false}
              value={chosen.manner.format}
              onChange={(format) =>
                change({ format: format === "json" ? "json" : "csv" })
              }
            />
            {chosen.manner.format === "csv" && (
              <Select
                label={say("file.delimiter")}
                data={DELIMITERS.map((value) => ({
                  value,
                  label: say(NAMES_OF_DELIMITERS[value]),
                }))}
                allowDeselect={false}
                value={chosen.manner.delimiter}
                onChange={(delimiter) =>
                  change({ delimiter: delimiter ?? "," })
                }
              />
            )}
            <Select
              label={say("file.encoding")}
              data={[...ENCODINGS]}
              allowDeselect={false}
              value={chosen.manner.encoding}
              onChange={(encoding) =>
                change({ encoding: (encoding ?? "utf-8") as Encoding })
              }
            />
          </div>
          <Group>
            <Button onClick={onNext} disabled={count === 0 || isReading}>
              {say("file.next")}
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}
