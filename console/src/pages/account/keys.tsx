import { ApiKeysPart } from "./api-keys.tsx";
import { ExternalKeysPart } from "./external-keys.tsx";

/** Keys of the person's programs, and those of other services that the application uses for them. */
export function KeysSection() {
  return (
    <>
      <ApiKeysPart />
      <ExternalKeysPart />
    </>
  );
}
