import { useParams } from "@tanstack/react-router";

import { useConsole } from "../../console.tsx";
import { NotFoundPage } from "../../ui/not-found.tsx";
import { Records } from "./records.tsx";

/** The records of one collection. */
export function CollectionPage() {
  const { collection: name } = useParams({
    from: "/signed-in/collections/$collection",
  });
  const { application } = useConsole();
  const collection = application.collection(name);
  return collection === undefined ? (
    <NotFoundPage />
  ) : (
    <Records key={name} collection={collection} />
  );
}
