import { surface } from "../host/index.js";
import type { EventNames, EventParams, EventsMap, ReservedOrUserEventNames, ReservedOrUserListener } from "./types.js";

/** Any listener. */
export type Listener = ((...args: any[]) => any) & {
  /** Of a listener made by `once`: the app's own. */
  fn?: Listener;
};

/**
 * Listeners by the name of an event. Their lists are never changed in place, so a dispatch calls those that were there
 * when it began, whatever they add or remove. Adding a listener twice calls it twice.
 */
export class Emitter<ListenEvents extends EventsMap, EmitEvents extends EventsMap, ReservedEvents extends EventsMap = {}> {
  readonly #listeners = new Map<string, Listener[]>();
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
    const name = key(ev);
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
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
    const all = this.#listeners;
    const name = key(ev);
    // By the number of arguments: a listener that is `undefined` by mistake must not remove all the others.
    const left = arguments.length > 1 ? without(all.get(name) ?? [], listener) : [];
    if (arguments.length === 0) all.clear();
    else if (left.length > 0) all.set(name, left);
    else all.delete(name);
    return this;
  }

  /** Calls the listeners of an event. */
  emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): this;
  emit(...args: any[]): this {
    this._dispatch(args);
    return this;
  }

  /** The listeners of an event. */
  listeners<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(ev: Ev): ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>[] {
    return (this.#listeners.get(key(ev)) ?? []) as any[];
  }

  /** Whether an event has listeners. */
  hasListeners<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(ev: Ev): boolean {
    return this.#listeners.has(key(ev));
  }

  /** @internal Calls the listeners of the event `args[0]` with the rest. */
  _dispatch(args: any[]): void {
    const name = args[0];
    const listeners = this.#listeners.get(typeof name === "string" ? name : key(name));
    if (listeners !== undefined) callAll(listeners, this, args, 1);
  }
}

// The peer's further names for the same.
const methods = Emitter.prototype;
methods.addEventListener = methods.on;
methods.removeListener = methods.removeAllListeners = methods.removeEventListener = methods.off;

/** `list` without one occurrence of `listener`; `list` itself when it has none. */
export function without(list: Listener[], listener: Listener | undefined): Listener[] {
  const i = list.findIndex((own) => own === listener || (listener && own.fn === listener));
  return i < 0 ? list : list.filter((_, j) => j !== i);
}

/** Calls all of `listeners` with `args` from `start` on, as `call` does. */
export function callAll(listeners: Listener[], self: unknown, args: any[], start: number): void {
  for (let i = 0; i < listeners.length; i++) call(listeners[i]!, self, args, start);
}

/** Calls `listener` with `args` from `start` on. If it throws, the page learns of it as an uncaught error, and we go on. */
export function call(listener: Listener, self: unknown, args: any[], start: number): void {
  try {
    // Without an array of its own for the usual few arguments.
    switch (args.length - start) {
      case 0:
        return void listener.call(self);
      case 1:
        return void listener.call(self, args[start]);
      case 2:
        return void listener.call(self, args[start], args[start + 1]);
      default:
        listener.apply(self, start === 0 ? args : args.slice(start));
    }
  } catch (error) {
    surface(error);
  }
}

/** Names may be numbers, and the peer takes 1 and "1" for the same. */
function key(name: unknown): string {
  return `${name as string}`;
}
