import { useEffect, useReducer } from "react";

import type { Socket } from "../core/socket.js";
import { listen } from "./use-event.js";

type Reducers = Record<string, (state: any, ...args: any[]) => any>;

/** An event; without a name: begin again. */
type Action = readonly [event: string | undefined, args: any[]];

/**
 * A state that every event changes: none is lost, however many come between two renders, and their order is kept.
 * `resets`: begin again when the server could not restore the connection.
 */
export function useEventReducerOf(socket: Socket<any, any>, reducers: Reducers, initial: unknown, resets: boolean, enabled: boolean): unknown {
  // React calls the reducer rendered last, also for events that came before.
  const reduce = (state: unknown, [event, args]: Action): unknown => {
    if (event === undefined) return begun(initial);
    const reducer = reducers[event];
    return reducer ? reducer(state, ...args) : state;
  };
  const [state, dispatch] = useReducer(reduce, initial, begun);
  // A text, so that a new object with the same names is no reason to listen anew.
  const names = JSON.stringify(Object.keys(reducers));
  useEffect(() => {
    if (!enabled) return undefined;
    const offs = (JSON.parse(names) as string[]).map((event) => listen(socket, event, (...args) => dispatch([event, args])));
    return () => offs.forEach((off) => off());
  }, [socket, names, enabled]);
  useEffect(() => {
    if (!enabled || !resets) return undefined;
    // The first connection has nothing to restore.
    let connected = socket.connected;
    return listen(socket, "connect", () => {
      if (connected && !socket.recovered) dispatch([undefined, []]);
      connected = true;
    });
  }, [socket, resets, enabled]);
  return state;
}

/** The state to begin with, or what makes it. */
function begun(initial: unknown): unknown {
  return typeof initial === "function" ? (initial as () => unknown)() : initial;
}
