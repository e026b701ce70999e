import { createContext, createElement, useContext, useEffect, useMemo, type ReactNode } from "react";

import type { Options } from "../core/options.js";
import type { Socket } from "../core/socket.js";
import type {
  AckOf,
  DefaultEventsMap,
  EventArgs,
  EventNames,
  EventParams,
  EventsMap,
  ReservedOrUserEventNames,
  ReservedOrUserListener,
  SocketReservedEvents,
} from "../core/types.js";
import { connectionOf, type Connection } from "./connection.js";
import { Given as plain, wanted, type SocketContext } from "./given.js";
import type { ConnectionState, ConnectionStatus } from "./status.js";
import { useConnectionOf } from "./use-connection.js";
import { listen, useEventOf } from "./use-event.js";
import { useEventReducerOf } from "./use-event-reducer.js";
import { useLatestOf, type LatestOptions } from "./use-latest.js";
import { useRequestOf, type Request } from "./use-request.js";
import { useSubscriptionOf, type SubscriptionOptions, type SubscriptionState } from "./use-subscription.js";

/** Options that every hook takes. */
export interface HookOptions<S = Socket<any, any>> {
  /** The socket to use. Default: the provider's, else the one that `createSocketHooks` was given. */
  socket?: S;
  /** Whether the hook does anything. Default true. */
  enabled?: boolean;
}

/** Options of `useSocket` and `SocketProvider`: those of the connection, and whether it is wanted. */
export type UseSocketOptions = Options & {
  /** Whether the socket is connected while the component is mounted. Default true. */
  enabled?: boolean;
};

/** What `useSocket` gives; the same object until `status` changes. */
export interface SocketHandle<S2C extends EventsMap, C2S extends EventsMap> {
  /** The socket: the same one as long as URL and options say the same. On a server, one that does nothing. */
  readonly socket: Socket<S2C, C2S>;
  /** Whether it is connected. */
  readonly isConnected: boolean;
  readonly status: ConnectionStatus;
  /** Emits an event. The same function for the same socket. */
  readonly emit: <Ev extends EventNames<C2S>>(ev: Ev, ...args: EventParams<C2S, Ev>) => void;
  /** Adds a listener, for effects; what is returned removes it. The same function for the same socket. */
  readonly on: <Ev extends ReservedOrUserEventNames<SocketReservedEvents, S2C>>(
    ev: Ev,
    listener: ReservedOrUserListener<SocketReservedEvents, S2C, Ev>,
  ) => () => void;
}

/** A handler of `useEvent`. What it returns, or promises, answers the server's ack. */
export type EventHandler<S2C extends EventsMap, Ev extends ReservedOrUserEventNames<SocketReservedEvents, S2C>> = (
  ...args: Parameters<ReservedOrUserListener<SocketReservedEvents, S2C, Ev>>
) => Answer<Ev extends EventNames<S2C> ? AckOf<S2C, Ev> : never>;

type Answer<T> = void | T | Promise<void | T>;

/** Reducers of `useEventReducer` by event: of the state and the event's arguments they make the next state. They must be pure. */
export type EventReducers<S2C extends EventsMap, T> = { [Ev in EventNames<S2C>]?: (state: T, ...args: EventArgs<S2C, Ev>) => T };

/** Options of `useEventReducer`. */
export interface EventReducerOptions<S> extends HookOptions<S> {
  /** "unrecovered": begin again after a reconnect that the server could not restore, because events were missed. Default: never. */
  resetOn?: "unrecovered";
}

/** Options of `useRequest`. */
export interface RequestOptions<S> {
  /** Milliseconds that the server has for its answer. Default: the socket's `ackTimeout`, else any time. */
  timeout?: number;
  /** The socket to use. Default: the provider's, else the one that `createSocketHooks` was given. */
  socket?: S;
}

/** Properties of `SocketProvider`. */
export interface SocketProviderProps<S> {
  /** Server and namespace, as for `io()`. Default: the page's origin. */
  url?: string;
  /** Options of the connection. A new object that says the same changes nothing. */
  options?: Options;
  /** A socket of the app's own instead: it is passed on, and neither connected nor disconnected. */
  socket?: S;
  /** Whether the socket is connected while the provider is mounted. Default true. */
  enabled?: boolean;
  children?: ReactNode;
}

/** The hooks for one pair of event maps. */
export interface SocketHooks<S2C extends EventsMap, C2S extends EventsMap> {
  /** Gives its children a socket, connected as long as it is mounted. Sockets with the same URL and options share a connection. */
  SocketProvider(props: SocketProviderProps<Socket<S2C, C2S>>): ReactNode;
  /** The provider's socket, and whether it is connected. */
  useSocket(): SocketHandle<S2C, C2S>;
  /** A socket of this component's own, shared with others that ask for the same; connected as long as one of them is mounted. */
  useSocket(options: UseSocketOptions): SocketHandle<S2C, C2S>;
  useSocket(url: string | undefined, options?: UseSocketOptions): SocketHandle<S2C, C2S>;
  /** Where the connection stands. */
  useConnection(): ConnectionState;
  /** What `select` makes of that: the component renders again only when it has changed, member by member. */
  useConnection<T>(select: (state: ConnectionState) => T, options?: HookOptions<Socket<S2C, C2S>>): T;
  /** Calls `handler` for each event: always the one rendered last, without listening anew. What it returns answers the server's ack. */
  useEvent<Ev extends ReservedOrUserEventNames<SocketReservedEvents, S2C>>(ev: Ev, handler: EventHandler<S2C, Ev>, options?: HookOptions<Socket<S2C, C2S>>): void;
  /** What the last event said. */
  useLatest<Ev extends EventNames<S2C>, T = EventArgs<S2C, Ev>[0]>(
    ev: Ev,
    options: LatestOptions<EventArgs<S2C, Ev>, T> & HookOptions<Socket<S2C, C2S>> & { initial: T },
  ): T;
  useLatest<Ev extends EventNames<S2C>, T = EventArgs<S2C, Ev>[0]>(ev: Ev, options?: LatestOptions<EventArgs<S2C, Ev>, T> & HookOptions<Socket<S2C, C2S>>): T | undefined;
  /** A state that events change: every one of them, in their order, however many come at once. */
  useEventReducer<T>(reducers: EventReducers<S2C, T>, initial: T | (() => T), options?: EventReducerOptions<Socket<S2C, C2S>>): T;
  /** Emits an event with an ack when `run` is called, and tells what became of it. */
  useRequest<Ev extends EventNames<C2S>>(ev: Ev, options?: RequestOptions<Socket<S2C, C2S>>): Request<EventArgs<C2S, Ev>, AckOf<C2S, Ev>>;
  /** Joins something on the server as long as a component with this key is mounted, and again after a reconnect that was not recovered. */
  useSubscription(options: SubscriptionOptions<Socket<S2C, C2S>> & HookOptions<Socket<S2C, C2S>>): SubscriptionState;
}

/**
 * Makes hooks typed by event maps: `S2C` for what the server sends, `C2S` for what the client does.
 * @param bound a socket for components without a provider above them
 */
export function createSocketHooks<S2C extends EventsMap = DefaultEventsMap, C2S extends EventsMap = S2C>(bound?: Socket<S2C, C2S>): SocketHooks<S2C, C2S> {
  return hooksOf(createContext<Socket<any, any> | undefined>(bound));
}

function hooksOf(Given: SocketContext): SocketHooks<any, any> {
  const hooks: SocketHooks<any, any> = {
    SocketProvider: ({ url, options, socket, enabled, children }) => provide(Given, useSocketOf(url, options, socket, enabled), children),
    useSocket: (...args: any[]) => {
      const [url, options] = (typeof args[0] === "object" ? [undefined, args[0]] : args);
      const { enabled, ...given } = options ?? {};
      const above = useContext(Given);
      return useHandle(useSocketOf(url, given, args.length === 0 ? wanted(above) : undefined, enabled));
    },
    useConnection: (select: (state: ConnectionState) => any = all, options?: HookOptions) => useConnectionOf(useGiven(Given, options), select),
    useEvent: (ev, handler, options) => useEventOf(useGiven(Given, options), ev as string, handler, options?.enabled ?? true),
    useLatest: (ev: any, options: LatestOptions<any[], any> & HookOptions = {}) => useLatestOf(useGiven(Given, options), ev, options, options.enabled ?? true),
    useEventReducer: (reducers, initial, options) =>
      useEventReducerOf(useGiven(Given, options), reducers as Record<string, any>, initial, options?.resetOn === "unrecovered", options?.enabled ?? true) as any,
    useRequest: (ev, options) => useRequestOf(useGiven(Given, options), ev as string, options?.timeout),
    useSubscription: (options) => useSubscriptionOf(useGiven(Given, options), options),
  };
  return hooks;
}

/** The socket that a hook's options name, or the provider's. */
function useGiven(Given: SocketContext, options: HookOptions | undefined): Socket<any, any> {
  const above = useContext(Given);
  return options?.socket ?? wanted(above);
}

/** `own`, or the shared socket for URL and options, connected while this component is mounted. */
function useSocketOf(url: string | undefined, options: Options | undefined, own: Socket<any, any> | undefined, enabled = true): Socket<any, any> {
  const auth = options?.auth;
  const connection: Connection | undefined = own ? undefined : connectionOf(url, options ?? {});
  useEffect(() => connection?.authenticate(auth), [connection, auth]);
  // After the effects of the children: whoever listens misses nothing.
  useEffect(() => connection?.use(enabled), [connection, enabled]);
  return own ?? connection!.socket;
}

function provide(Given: SocketContext, socket: Socket<any, any>, children: ReactNode): ReactNode {
  return createElement(Given.Provider, { value: socket }, children);
}

function useHandle(socket: Socket<any, any>): SocketHandle<any, any> {
  const status = useConnectionOf(socket, statusIn);
  return useMemo(() => ({ socket, isConnected: status === "connected", status, ...toolsOf(socket) }), [socket, status]);
}

/** `emit` and `on` of each socket. */
const tools = new WeakMap<Socket<any, any>, Pick<SocketHandle<any, any>, "emit" | "on">>();

function toolsOf(socket: Socket<any, any>): Pick<SocketHandle<any, any>, "emit" | "on"> {
  let own = tools.get(socket);
  if (!own) {
    own = {
      emit: (ev, ...args) => void socket.emit(ev, ...args),
      on: (ev, listener) => listen(socket, ev as string, listener),
    };
    tools.set(socket, own);
  }
  return own;
}

function all(state: ConnectionState): ConnectionState {
  return state;
}

function statusIn({ status }: ConnectionState): ConnectionStatus {
  return status;
}

/** The hooks for any event with any arguments. */
export const { SocketProvider, useSocket, useConnection, useEvent, useLatest, useEventReducer, useRequest, useSubscription }: SocketHooks<DefaultEventsMap, DefaultEventsMap> =
  hooksOf(plain);
