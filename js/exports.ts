// What every entry offers.
export { Manager } from "./core/manager.js";
export { Socket } from "./core/socket.js";
export { io, io as connect, io as default, protocol, type Lookup } from "./core/io.js";
export type {
  AckOf,
  Auth,
  DefaultEventsMap,
  DisconnectDescription,
  DisconnectReason,
  EngineEvents,
  EnginePacket,
  EventArgs,
  EventName,
  EventNames,
  EventParams,
  EventsMap,
  ExtendedError,
  HandshakeData,
  ManagerOptions,
  ManagerReservedEvents,
  OfflineOptions,
  SocketOptions,
  SocketPacket,
  SocketReservedEvents,
  TransportName,
} from "./core/types.js";
export type { Engine } from "./core/engine.js";
export { FerrioError, type Chunk, type ErrorCode, type Parser, type ParserPacket } from "./host/index.js";
