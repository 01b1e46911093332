import {
  Button,
  Group,
  MultiSelect,
  Stack,
  TagsInput,
  TextInput,
} from "@mantine/core";
import type { NewWebhook, Webhook } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { fieldFailures } from "../../../api/failure.ts";
import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { texts } from "./texts.ts";

/** Those that are asked for most. What else there is can be typed. */
const KINDS = [
  "record.*",
  "record.created",
  "record.updated",
  "record.deleted",
  "record.restored",
  "auth.*",
  "auth.signed_in",
  "auth.signed_up",
  "access.refused",
  "comment.*",
  "share.*",
];

/** What a webhook is told, and where. */
export function WebhookForm(props: {
  /** Null for one that is about to be made. */
  readonly webhook: Webhook | null;
  readonly onSave: (values: NewWebhook) => Promise<void>;
  readonly onCancel: (() => void) | null;
}) {
  const { webhook } = props;
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { application } = useConsole();
  const submit = useSubmit();
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [description, setDescription] = useState(webhook?.description ?? "");
  const [kinds, setKinds] = useState([...(webhook?.kinds ?? ["record.*"])]);
  const [collections, setCollections] = useState([
    ...(webhook?.collections ?? []),
  ]);
  const [filter, setFilter] = useState(webhook?.filter ?? "");
  const faults = fieldFailures(submit.error);
  const canFilter = collections.length === 1;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(() =>
          props.onSave({
            url: url.trim(),
            description: description.trim(),
            kinds,
            collections,
            filter: canFilter && filter.trim() !== "" ? filter.trim() : null,
          }),
        );
      }}
    >
      <Stack gap="md">
        <TextInput
          type="url"
          label={say("url")}
          description={say("urlHint")}
          placeholder="https://search.example/hooks"
          required
          data-autofocus
          value={url}
          error={faults.get("url")}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <TextInput
          label={say("description")}
          maxLength={100}
          value={description}
          error={faults.get("description")}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <TagsInput
          label={say("kinds")}
          description={say("kindsHint")}
          data={KINDS}
          acceptValueOnBlur
          withAsterisk
          value={kinds}
          error={faults.get("kinds")}
          onChange={setKinds}
        />
        <MultiSelect
          label={say("collections")}
          description={say("collectionsHint")}
          searchable
          data={application.collections.map(({ name, title }) => ({
            value: name,
            label: title,
          }))}
          value={collections}
          error={faults.get("collections")}
          onChange={setCollections}
        />
        <TextInput
          label={say("filter")}
          description={say("filterHint")}
          disabled={!canFilter}
          value={canFilter ? filter : ""}
          error={faults.get("filter")}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        {faults.size === 0 && <FormFailure error={submit.error} />}
        <Group justify="end">
          {props.onCancel !== null && (
            <Button variant="default" onClick={props.onCancel}>
              {t("action.cancel")}
            </Button>
          )}
          <Button type="submit" loading={submit.busy}>
            {webhook === null ? t("action.create") : t("action.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
