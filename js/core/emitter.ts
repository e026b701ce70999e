import type { EventNames, EventParams, EventsMap, ReservedOrUserEventNames, ReservedOrUserListener } from "./types.js";

/** Any listener. */
export type Listener = ((...args: any[]) => any) & {
  /** Of a listener made by `once`: the app's own. */
  fn?: Listener;
};

/**
 * Listeners by the name of an event. A dispatch calls those that were there when it began, whatever they add or remove.
 * Adding a listener twice calls it twice.
 */
export class Emitter<ListenEvents extends EventsMap, EmitEvents extends EventsMap, ReservedEvents extends EventsMap = {}> {
  /** By name: numbers may be names too, and the peer takes 1 and "1" for the same. */
  #listeners: Record<PropertyKey, Listener[]> = Object.create(null);
  /** The same as `on`. */
  declare addEventListener: this["on"];
  /** The same as `off`. */
  declare removeListener: this["off"];
  /** The same as `off`. */
  declare removeAllListeners: this["off"];
  /** The same as `off`. */
  declare removeEventListener: this["off"];

  /** Adds a listener. */
  on<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(ev: Ev, listener: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>): this {
    (this.#listeners[ev] ??= []).push(listener);
    return this;
  }

  /** Adds a listener for the next time only. */
  once<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(ev: Ev, listener: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>): this {
    const once: Listener = (...args) => {
      this.off(ev, once as any);
      (listener as Listener).apply(this, args);
    };
    once.fn = listener;
    return this.on(ev, once as any);
  }

  /** Removes one listener, all of an event, or all. */
  off<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(ev?: Ev, listener?: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>): this {
    // By the number of arguments: a listener that is `undefined` by mistake must not remove all the others.
    if (arguments.length === 0) this.#listeners = Object.create(null);
    else if (arguments.length === 1 || remove(this.listeners(ev!), listener)) delete this.#listeners[ev!];
    return this;
  }

  /** Calls the listeners of an event. */
  emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): this;
  emit(...args: any[]): this {
    this._dispatch(args);
    return this;
  }

  /** The listeners of an event: the list itself. */
  listeners<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(ev: Ev): ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>[] {
    return (this.#listeners[ev] ?? []) as any[];
  }

  /** Whether an event has listeners. */
  hasListeners<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(ev: Ev): boolean {
    return this.listeners(ev).length > 0;
  }

  /** @internal Calls the listeners of the event that `args` begins with, with the rest of it: the name is taken off. */
  _dispatch(args: any[]): void {
    callAll(this.listeners(args.shift()), this, args);
  }
}

// The peer's further names for the same.
const methods = Emitter.prototype;
methods.addEventListener = methods.on;
methods.removeListener = methods.removeAllListeners = methods.removeEventListener = methods.off;

/** Removes one occurrence of `listener`; true: nothing is left. */
export function remove(list: Listener[], listener: Listener | undefined): boolean {
  const i = list.findIndex((own) => own === listener || (listener && own.fn === listener));
  if (i >= 0) list.splice(i, 1);
  return list.length === 0;
}

/** Calls all that are in `listeners` now with `args`. If one throws, the page learns of it as an uncaught error, and we go on. */
export function callAll(listeners: Listener[], self: unknown, args: any[]): void {
  // Most lists of catch-all listeners are empty: no copy of those.
  for (const listener of listeners[0] ? listeners.slice() : []) {
    try {
      listener.apply(self, args);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
