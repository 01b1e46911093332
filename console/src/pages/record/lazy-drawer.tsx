import { lazy, Suspense, useEffect, type ComponentProps } from "react";

const load = () => import("./record-drawer.tsx");
const RecordDrawer = lazy(async () => ({
  default: (await load()).RecordDrawer,
}));

/** Loads the drawer once a list is there, so that it opens at once and the list waits for none of it. */
export function useDrawer(): void {
  useEffect(() => void load(), []);
}

export function LazyRecordDrawer(props: ComponentProps<typeof RecordDrawer>) {
  return (
    <Suspense>
      <RecordDrawer {...props} />
    </Suspense>
  );
}
