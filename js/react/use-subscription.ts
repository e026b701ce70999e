import { useCallback, useSyncExternalStore } from "react";

import type { Socket } from "../core/socket.js";
import { useRendered } from "./rendered.js";

/** How a subscription is begun and ended. */
export interface SubscriptionOptions<S> {
  /** What it is for: components with the same key on the same socket share one. */
  key: string;
  /** Tells the server, now and after every reconnect that could not be recovered. What it promises is awaited. */
  join: (socket: S) => unknown;
  /** Tells the server that nobody is left. */
  leave?: (socket: S) => unknown;
  /** Whether this component takes part. Default true. */
  enabled?: boolean;
}

/** Where a subscription stands. */
export interface SubscriptionState {
  /** "waiting": not asked for, or there is no connection; "failed": `join` threw or rejected, see `error`. */
  readonly status: "waiting" | "joining" | "joined" | "failed";
  readonly error: unknown;
}

const WAITING: SubscriptionState = { status: "waiting", error: undefined };

const subscriptions = new WeakMap<Socket<any, any>, Map<string, Subscription>>();

/** Takes part in a subscription that all components with the same key share. */
export function useSubscriptionOf(socket: Socket<any, any>, { key, join, leave, enabled = true }: SubscriptionOptions<any>): SubscriptionState {
  const rendered = useRendered({ join, leave });
  const subscribe = useCallback(
    (changed: () => void) => (enabled ? subscriptionOf(socket, key).enter(rendered, changed) : () => {}),
    [socket, key, enabled, rendered],
  );
  const read = useCallback(() => (enabled && subscriptions.get(socket)?.get(key)?.state) || WAITING, [socket, key, enabled]);
  return useSyncExternalStore(subscribe, read, () => WAITING);
}

function subscriptionOf(socket: Socket<any, any>, key: string): Subscription {
  let all = subscriptions.get(socket);
  if (!all) subscriptions.set(socket, (all = new Map()));
  let subscription = all.get(key);
  if (!subscription) {
    const own = all;
    all.set(key, (subscription = new Subscription(socket, () => own.delete(key))));
  }
  return subscription;
}

/** How the component that entered last joins and leaves. */
type Ways = { readonly current: Pick<SubscriptionOptions<any>, "join" | "leave"> };

/** One subscription on one socket, for all who take part. */
class Subscription {
  readonly #socket: Socket<any, any>;
  readonly #gone: () => void;
  readonly #members = new Set<() => void>();
  #ways!: Ways;
  /** Whether the server was told to join, and has not forgotten it. */
  #told = false;
  /** Whether the last one has left: another one with the same key may have begun. */
  #over = false;
  /** Counts what was begun: an answer to what is over counts no more. */
  #begun = 0;
  state = WAITING;

  constructor(socket: Socket<any, any>, gone: () => void) {
    this.#socket = socket;
    this.#gone = gone;
    socket.on("connect", this.#connected);
    socket.on("disconnect", this.#disconnected);
  }

  enter(ways: Ways, changed: () => void): () => void {
    this.#ways = ways;
    this.#members.add(changed);
    this.#settle();
    return () => {
      this.#members.delete(changed);
      // One task later: whoever comes back at once finds it as it was.
      setTimeout(this.#settle);
    };
  }

  readonly #connected = (): void => {
    if (!this.#socket.recovered) this.#told = false;
    this.#settle();
  };

  readonly #disconnected = (): void => void this.#show(WAITING);

  /** Makes the server know what it should. Without a connection: later. */
  readonly #settle = (): void => {
    if (this.#over) return;
    const socket = this.#socket;
    const wanted = this.#members.size > 0;
    // A server that may restore the connection has to be told by then; one that does not has forgotten it.
    if (!wanted && (!this.#told || socket.connected || !socket.active)) return this.#end();
    if (!wanted || !socket.connected) return;
    if (this.#told) {
      if (this.state === WAITING) this.#show({ status: "joined", error: undefined });
      return;
    }
    this.#told = true;
    void this.#join();
  };

  async #join(): Promise<void> {
    const own = this.#show({ status: "joining", error: undefined });
    try {
      await this.#ways.current.join(this.#socket);
      if (own === this.#begun) this.#show({ status: "joined", error: undefined });
    } catch (error) {
      if (own !== this.#begun) return;
      this.#told = false;
      this.#show({ status: "failed", error });
    }
  }

  #end(): void {
    this.#over = true;
    const socket = this.#socket;
    socket.off("connect", this.#connected);
    socket.off("disconnect", this.#disconnected);
    this.#gone();
    if (this.#told && socket.connected) void this.#ways.current.leave?.(socket);
    this.#begun++;
  }

  #show(state: SubscriptionState): number {
    this.state = state;
    for (const changed of [...this.#members]) changed();
    return ++this.#begun;
  }
}
