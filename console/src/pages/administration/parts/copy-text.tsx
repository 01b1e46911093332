import { Button, CopyButton } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { usePageTexts } from "../../../i18n/page-texts.ts";
import { texts } from "../texts.ts";
import styles from "./copy-text.module.css";

/** A text to take elsewhere, and a button that does. */
export function CopyText(props: {
  readonly value: string;
  readonly label: string;
}) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  return (
    <div className={styles["line"]}>
      <code
        className={styles["text"]}
        tabIndex={0}
        role="region"
        aria-label={props.label}
      >
        {props.value}
      </code>
      <CopyButton value={props.value}>
        {({ copied, copy }) => (
          <Button variant="default" size="xs" onClick={copy} aria-live="polite">
            {copied ? say("copied") : t("action.copy")}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
