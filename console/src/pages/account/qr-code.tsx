import { encode } from "uqr";

import styles from "./account.module.css";

/** Modules around the code that stay empty (ISO/IEC 18004, 6.3.8). */
const QUIET = 4;

/** A QR code, made here: the secret in it is sent to nobody. */
export function QrCode(props: {
  readonly text: string;
  readonly title: string;
}) {
  const { data, size } = encode(props.text, { ecc: "M", border: QUIET });
  const squares = data.flatMap((row, y) =>
    row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")),
  );
  return (
    <svg
      className={styles["qr"]}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={props.title}
      shapeRendering="crispEdges"
    >
      <path d={squares.join("")} fill="currentColor" />
    </svg>
  );
}
