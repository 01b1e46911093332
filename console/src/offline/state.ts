import { useSyncExternalStore } from "react";

import type { Pending } from "./pending.ts";

export interface OfflineState {
  /** Is there no way to the server? */
  readonly isCut: boolean;
  readonly isSending: boolean;
  /** The writes that wait, in the order in which they were made. */
  readonly pending: readonly Pending[];
}

let state: OfflineState = { isCut: false, isSending: false, pending: [] };
const listeners = new Set<() => void>();

/** How things stand with the network, apart from what works at it: a table that marks its rows needs no more. */
export const offlineState = {
  now: () => state,
  set: (part: Partial<OfflineState>) => {
    state = { ...state, ...part };
    for (const listener of listeners) {
      listener();
    }
  },
};

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useOffline(): OfflineState {
  return useSyncExternalStore(subscribe, offlineState.now);
}
