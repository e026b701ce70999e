import { tellPackets } from "./core/packets.js";

tellPackets();

export type { EnginePacket, SocketPacket } from "./core/types.js";
