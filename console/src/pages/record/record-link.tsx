import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useConsole } from "../../console.tsx";

/** Leads to a record: to its page, or, for somebody who came by a link, to where the link shows it. */
export function RecordLink(props: {
  readonly collection: string;
  readonly id: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}) {
  const { collection, id, children } = props;
  const { link } = useConsole();
  const className = props.className ?? "";
  return link === undefined ? (
    <Link
      to="/collections/$collection/$id"
      params={{ collection, id }}
      className={className}
    >
      {children}
    </Link>
  ) : (
    <Link to="/share" search={{ collection, record: id }} className={className}>
      {children}
    </Link>
  );
}
