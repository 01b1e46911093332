import { Anchor } from "@mantine/core";
import { Link, useParams } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";

import type { Collection } from "../../application/application.ts";
import { mayEver, useConsole } from "../../console.tsx";
import { texts as fieldTexts } from "../../fields/texts.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { Empty } from "../../ui/empty.tsx";
import { NotFoundPage } from "../../ui/not-found.tsx";
import { makePlan, type Plan } from "./check.ts";
import { FieldsStep } from "./fields-step.tsx";
import { FileStep, type Chosen } from "./file-step.tsx";
import styles from "./import.module.css";
import { guessKey, guessMapping, type Mapping } from "./mapping.ts";
import type { Saying } from "./plan.ts";
import { PreviewStep } from "./preview-step.tsx";
import { readCell } from "./reading.ts";
import { badLines } from "./report.ts";
import { RunStep } from "./run-step.tsx";
import { Sending } from "./sending.ts";
import { texts } from "./texts.ts";

/** Makes records of the lines of a file. */
export function ImportPage() {
  const { collection: name } = useParams({
    from: "/signed-in/collections/$collection/import",
  });
  const here = useConsole();
  const say = usePageTexts(texts);
  const collection = here.application.collection(name);
  if (collection === undefined) {
    return <NotFoundPage />;
  }
  return (
    <section className={styles["page"]} aria-labelledby="import-title">
      <div>
        <Anchor
          component={Link}
          to="/collections/$collection"
          params={{ collection: name } as never}
          size="sm"
        >
          {say("back", { title: collection.title })}
        </Anchor>
        <h1 id="import-title" className={styles["title"]}>
          {say("title", { title: collection.title })}
        </h1>
      </div>
      {mayEver(here, name, "create") ? (
        <Wizard key={name} collection={collection} />
      ) : (
        <Empty title={say("mayNot")} text={say("mayNotText")} />
      )}
    </section>
  );
}

/** What some of the sentences name. */
const NO_WORDS = { name: "", line: "", title: "", value: "" } as const;

const STEPS = ["file", "fields", "preview", "done"] as const;
type Step = (typeof STEPS)[number];

function Wizard({ collection }: { readonly collection: Collection }) {
  const { application, client } = useConsole();
  const say = usePageTexts(texts);
  const t = usePageTexts(fieldTexts);
  const saying: Saying = useMemo(
    () => ({
      t,
      say: (fault, values) => say(`fault.${fault}`, { ...NO_WORDS, ...values }),
    }),
    [t, say],
  );
  const [step, setStep] = useState<Step>("file");
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [mapping, setMapping] = useState<Mapping>({});
  const [key, setKey] = useState<readonly string[]>([]);
  const [plan, setPlan] = useState<Plan | null>(null);
  const [sending, setSending] = useState<Sending | null>(null);
  const [progress, setProgress] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const checking = useRef<AbortController | null>(null);

  function take(next: Chosen) {
    const fits = (field: Parameters<typeof readCell>[2], text: string) =>
      readCell(t, () => "", field, text)?.ok !== false;
    const guessed = guessMapping(application, collection, next.source, fits);
    setChosen(next);
    setMapping(guessed);
    setKey(guessKey(collection, guessed));
  }

  async function check(source: Chosen["source"]) {
    const control = new AbortController();
    checking.current = control;
    setProgress(0);
    setError(null);
    try {
      const order = { collection, source, mapping, key };
      const here = { application, client };
      const { signal } = control;
      setPlan(await makePlan(here, order, saying, setProgress, signal));
      setStep("preview");
    } catch (failure) {
      if (!control.signal.aborted) {
        setError(failure);
      }
    }
    setProgress(null);
  }

  function begin() {
    setStep("file");
    setChosen(null);
    setPlan(null);
    setSending(null);
  }

  const bad = (failed: Sending["failed"]) =>
    chosen === null
      ? []
      : badLines(chosen.source, plan?.entries ?? [], failed, ({ reason }) =>
          say(`broken.${reason}`),
        );
  return (
    <>
      <ol className={styles["steps"]} aria-label={say("steps.label")}>
        {STEPS.map((one) => (
          <li
            key={one}
            className={styles["step"]}
            {...(one === step && { "aria-current": "step" })}
          >
            {say(`steps.${one}`)}
          </li>
        ))}
      </ol>
      {step === "file" && (
        <FileStep
          chosen={chosen}
          onChosen={take}
          onNext={() => setStep("fields")}
        />
      )}
      {step === "fields" && chosen !== null && (
        <FieldsStep
          collection={collection}
          source={chosen.source}
          mapping={mapping}
          onMapping={setMapping}
          chosenKey={key}
          onKey={setKey}
          progress={progress}
          error={error}
          onBack={() => setStep("file")}
          onNext={() => void check(chosen.source)}
          onCancel={() => checking.current?.abort()}
        />
      )}
      {step === "preview" && chosen !== null && plan !== null && (
        <PreviewStep
          collection={collection}
          chosen={chosen}
          plan={plan}
          bad={bad(new Map())}
          onBack={() => setStep("fields")}
          onStart={(mode) => {
            setSending(new Sending(client, collection, plan, mode, saying));
            setStep("done");
          }}
        />
      )}
      {step === "done" && chosen !== null && sending !== null && (
        <RunStep
          collection={collection}
          chosen={chosen}
          sending={sending}
          badLines={() => bad(sending.failed)}
          onAgain={begin}
        />
      )}
    </>
  );
}
