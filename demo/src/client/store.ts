import { useSyncExternalStore } from "react";

/** State outside React: an immutable snapshot, and those who want to know of the next one. */
export interface Store<T extends object> {
  get(): T;
  /** Replaces the given properties. */
  set(change: Partial<T>): void;
  /** Returns its own undo. */
  subscribe(listener: () => void): () => void;
}

export function createStore<T extends object>(initial: T): Store<T> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    set(change) {
      state = { ...state, ...change };
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The component renders again when what `select` picks is another value; it must pick, not build. */
export function useStore<T extends object, S>(store: Store<T>, select: (state: T) => S): S {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
