import { useCallback, useState, useSyncExternalStore } from "react";

import type { Socket } from "../core/socket.js";
import { useRendered } from "./rendered.js";
import { listen } from "./use-event.js";

/** How `useLatest` makes a value of an event. */
export interface LatestOptions<Args extends any[], T> {
  /** The value before the first event. Default `undefined`. */
  initial?: T;
  /** Makes the value of the event's arguments. Default: the first one. */
  select?: (...args: Args) => T;
  /** Whether two values are the same, so that nothing is rendered. Default `Object.is`. */
  isEqual?: (one: T, other: T) => boolean;
  /** Render at most once per frame ("frame") or in so many milliseconds; the values in between are left out. Default: for each event. */
  coalesce?: "frame" | number;
}

/** What the last event said. */
export function useLatestOf(socket: Socket<any, any>, event: string, options: LatestOptions<any[], any>, enabled: boolean): unknown {
  const rendered = useRendered(options);
  const [value] = useState(() => new Value(options.initial));
  const subscribe = useCallback(
    (changed: () => void) => {
      if (!enabled) return () => {};
      const off = listen(socket, event, (...args) => {
        const { select = first, isEqual = Object.is, coalesce } = rendered.current;
        value.take(select(...args), isEqual, coalesce, changed);
      });
      return () => {
        off();
        value.rest();
      };
    },
    [socket, event, enabled, rendered, value],
  );
  return useSyncExternalStore(subscribe, value.read, value.initial);
}

/** A value, and the one that takes its place when the frame or the pause is over. */
class Value {
  #value: unknown;
  #next: unknown;
  /** Ends the wait for that. */
  #cancel: (() => void) | undefined;
  readonly initial: () => unknown;

  constructor(initial: unknown) {
    this.#value = initial;
    this.initial = () => initial;
  }

  readonly read = (): unknown => this.#value;

  take(value: unknown, isEqual: (one: unknown, other: unknown) => boolean, coalesce: "frame" | number | undefined, changed: () => void): void {
    const show = (): void => {
      this.#cancel = undefined;
      if (isEqual(this.#value, this.#next)) return;
      this.#value = this.#next;
      changed();
    };
    this.#next = value;
    if (coalesce === undefined) show();
    else this.#cancel ??= later(show, coalesce);
  }

  /** Nobody looks any more. */
  rest(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

/** Runs `fn` in the next frame, or in so many milliseconds; what is returned keeps it from that. */
function later(fn: () => void, coalesce: "frame" | number): () => void {
  if (coalesce === "frame") {
    const frame = requestAnimationFrame(fn);
    return () => cancelAnimationFrame(frame);
  }
  const timer = setTimeout(fn, coalesce);
  return () => clearTimeout(timer);
}

function first(value: unknown): unknown {
  return value;
}
