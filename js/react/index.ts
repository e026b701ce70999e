export {
  createSocketHooks,
  SocketProvider,
  useConnection,
  useEvent,
  useEventReducer,
  useLatest,
  useRequest,
  useSocket,
  useSubscription,
  type EventHandler,
  type EventReducerOptions,
  type EventReducers,
  type HookOptions,
  type RequestOptions,
  type SocketHandle,
  type SocketHooks,
  type SocketProviderProps,
  type UseSocketOptions,
} from "./hooks.js";
export type { ConnectionState, ConnectionStatus } from "./status.js";
export type { LatestOptions } from "./use-latest.js";
export type { Request, RequestState } from "./use-request.js";
export type { SubscriptionOptions, SubscriptionState } from "./use-subscription.js";
