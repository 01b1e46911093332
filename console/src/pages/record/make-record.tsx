import { Modal } from "@mantine/core";

import type { Collection } from "../../application/application.ts";
import type { Row } from "../../application/row.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { RecordForm } from "./record-form.tsx";
import { texts } from "./texts.ts";

/** Makes the record that a relation is to lead to, without leaving what one is at. */
export function MakeRecord(props: {
  readonly collection: Collection;
  readonly onMade: (made: Row) => void;
  readonly onClose: () => void;
}) {
  const { collection, onMade, onClose } = props;
  const say = usePageTexts(texts);
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={say("new", { title: collection.title })}
      // It stands in a form of its own: what it sends is not for the one around it.
      onSubmit={(event) => event.stopPropagation()}
    >
      <RecordForm
        collection={collection}
        row={null}
        onDirty={() => undefined}
        onDone={(made) => (made === null ? onClose() : onMade(made))}
      />
    </Modal>
  );
}
