import { Button, Group, Radio, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Collection } from "../../application/application.ts";
import type { Row } from "../../application/row.ts";
import { useConsole } from "../../console.tsx";
import { shown } from "../../fields/shown.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import type { Plan } from "./check.ts";
import type { Chosen } from "./file-step.tsx";
import styles from "./import.module.css";
import { dataOf } from "./plan.ts";
import { download, reportOf, told, type BadLine } from "./report.ts";
import { isOneStep, type Mode } from "./sending.ts";
import { texts } from "./texts.ts";

const SAMPLES = 5;
const BAD_SHOWN = 100;

interface Props {
  readonly collection: Collection;
  readonly chosen: Chosen;
  readonly plan: Plan;
  readonly bad: readonly BadLine[];
  readonly onBack: () => void;
  readonly onStart: (mode: Mode) => void;
}

/** What an import will do, before it does it. */
export function PreviewStep(props: Props) {
  const { collection, chosen, plan, bad, onBack, onStart } = props;
  const say = usePageTexts(texts);
  const [mode, setMode] = useState<Mode>(bad.length === 0 ? "all" : "valid");
  const fresh = plan.order.filter(
    (place) => plan.entries[place]?.state === "new",
  );
  const there = plan.entries.filter(({ state }) => state === "there").length;
  return (
    <Stack gap="lg">
      <div>
        <Title order={2} size="h4">
          {say("preview.title")}
        </Title>
        <div role="status">
          <ul className={styles["counts"]}>
            <li>{say("preview.new", { count: fresh.length })}</li>
            {there > 0 && <li>{say("preview.there", { count: there })}</li>}
            {bad.length > 0 && (
              <li>{say("preview.bad", { count: bad.length })}</li>
            )}
          </ul>
        </div>
      </div>
      {bad.length > 0 && <BadLines chosen={chosen} lines={bad} />}
      {fresh.length > 0 && (
        <Samples collection={collection} plan={plan} places={fresh} />
      )}
      {fresh.length === 0 ? (
        <Text size="sm">{say("preview.nothing")}</Text>
      ) : (
        <Radio.Group
          label={say("preview.how")}
          value={mode}
          onChange={(value) => setMode(value === "all" ? "all" : "valid")}
        >
          <Stack gap="sm" mt="xs">
            <Radio
              value="valid"
              label={say("preview.valid")}
              description={say("preview.validText")}
            />
            <Radio
              value="all"
              label={say("preview.all")}
              disabled={bad.length > 0}
              description={
                bad.length > 0
                  ? say("preview.allBad")
                  : isOneStep(plan)
                    ? say("preview.allWhole")
                    : [
                        say("preview.allParts"),
                        ...(collection.about.soft_delete
                          ? [say("preview.allTrash")]
                          : []),
                      ].join(" ")
              }
            />
          </Stack>
        </Radio.Group>
      )}
      <Group>
        {fresh.length > 0 && (
          <Button onClick={() => onStart(mode)}>
            {say("preview.start", { count: fresh.length })}
          </Button>
        )}
        <Button variant="default" onClick={onBack}>
          {say("preview.change")}
        </Button>
      </Group>
    </Stack>
  );
}

/** The lines that are left out, with their reasons, to read and to keep. */
export function BadLines(props: {
  readonly chosen: Chosen;
  readonly lines: readonly BadLine[];
}) {
  const { chosen, lines } = props;
  const say = usePageTexts(texts);
  const heads = { line: say("preview.line"), reason: say("preview.reason") };
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={3} size="h5" id="bad-lines">
          {say("preview.badTitle")}
        </Title>
        <Button
          variant="default"
          size="xs"
          onClick={() =>
            download(
              say("preview.reportName", {
                name: chosen.name.replace(/\.\w+$/, ""),
              }),
              reportOf(chosen.source, lines, heads),
            )
          }
        >
          {say("preview.report")}
        </Button>
      </Group>
      <div
        className={styles["scroll"]}
        tabIndex={0}
        role="region"
        aria-labelledby="bad-lines"
      >
        <table className={styles["bad"]}>
          <thead>
            <tr>
              <th scope="col">{heads.line}</th>
              <th scope="col">{heads.reason}</th>
            </tr>
          </thead>
          <tbody>
            {lines.slice(0, BAD_SHOWN).map(({ line, faults }) => (
              <tr key={line}>
                <td className={styles["number"]}>{line}</td>
                <td>
                  {faults.map((fault) => (
                    <div key={told(fault)}>{told(fault)}</div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {lines.length > BAD_SHOWN && (
        <Text size="sm" c="dimmed">
          {say("preview.moreBad", { count: lines.length - BAD_SHOWN })}
        </Text>
      )}
    </Stack>
  );
}

/** The first records as they will be, so that a wrong column is seen. */
function Samples(props: {
  readonly collection: Collection;
  readonly plan: Plan;
  readonly places: readonly number[];
}) {
  const { collection, plan } = props;
  const say = usePageTexts(texts);
  const { t, i18n } = useTranslation();
  const { application } = useConsole();
  const showing = { application, language: i18n.language, t };
  const rows = props.places.slice(0, SAMPLES).flatMap((place) => {
    const entry = plan.entries[place];
    if (entry === undefined) {
      return [];
    }
    const row = { ...dataOf(entry, plan.entries), version: 1 } as unknown;
    return [{ entry, row: row as Row }];
  });
  const fields = collection.writable.filter(({ name }) =>
    rows.some(({ row }) => row[name] !== undefined),
  );
  return (
    <Stack gap="xs">
      <Title order={3} size="h5" id="samples">
        {say("preview.sample")}
      </Title>
      <div
        className={styles["scroll"]}
        tabIndex={0}
        role="region"
        aria-labelledby="samples"
      >
        <table className={styles["bad"]}>
          <thead>
            <tr>
              <th scope="col">{say("preview.line")}</th>
              {fields.map(({ name, title }) => (
                <th key={name} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ entry, row }) => (
              <tr key={entry.row.line}>
                <td className={styles["number"]}>{entry.row.line}</td>
                {fields.map((field) => (
                  <td key={field.name} dir="auto">
                    {entry.names.get(field.name)?.join(", ") ??
                      shown(showing, field, row).slice(0, 120)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Stack>
  );
}
