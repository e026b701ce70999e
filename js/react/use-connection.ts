import { useMemo, useSyncExternalStore } from "react";

import type { Socket } from "../core/socket.js";
import { INITIAL, isShallowEqual, statusOf, type ConnectionState } from "./status.js";

/** What `select` makes of the state of a socket's connection. A component renders again when that has changed, member by member. */
export function useConnectionOf<T>(socket: Socket<any, any>, select: (state: ConnectionState) => T): T {
  const status = statusOf(socket);
  const read = useMemo(() => selected(status.read, select), [status, select]);
  return useSyncExternalStore(status.subscribe, read, () => select(INITIAL));
}

/** `read`, seen through `select`: the same object while it says the same. */
function selected<S, T>(read: () => S, select: (state: S) => T): () => T {
  let last: { readonly state: S; readonly selection: T } | undefined;
  return () => {
    const state = read();
    if (last?.state !== state) {
      const selection = select(state);
      last = { state, selection: last && isShallowEqual(selection, last.selection) ? last.selection : selection };
    }
    return last.selection;
  };
}
