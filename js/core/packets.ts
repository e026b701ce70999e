import { type App, decoded, FORM, taps, TEXT, UNCOMPRESSED, type Taps } from "../host/index.js";
import { Engine } from "./engine.js";
import { Manager } from "./manager.js";
import type { EnginePacket } from "./types.js";

/** The packets of Engine.IO by the digit that they begin with. */
const TYPES: EnginePacket["type"][] = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];

/** What costs something for each packet, once somebody listens. */
const EVENTS = ["packet", "packetCreate", "data", "drain"];

/** From now on every Manager tells `packet`, and its engine `packet`, `packetCreate`, `data` and `drain`. */
export function tellPackets(): void {
  taps._started = started;
  for (const { prototype } of [Engine, Manager] as { prototype: any }[]) {
    const { on } = prototype;
    prototype.on = prototype.addEventListener = function (this: unknown, event: string, listener: unknown): unknown {
      if (EVENTS.includes(event)) Object.assign(taps, all);
      return on.call(this, event, listener);
    };
  }
}

/** For tests: whoever counts what must not leak. */
function started({ _slots, _exports }: Parameters<Taps["_started"]>[0], watching: unknown): void {
  (globalThis as { [key: symbol]: any })[Symbol.for("ferrio.debug")]?.({ slots: _slots, exports: _exports }, watching);
}

const all: Omit<Taps, "_started"> = {
  _received(app, frame) {
    const engine = engineOf(app);
    if (engine.hasListeners("packet") || engine.hasListeners("data")) {
      const packet = packetOf(frame);
      engine._dispatch(["packet", packet]);
      if (packet.type === "message") engine._dispatch(["data", packet.data]);
    }
  },
  _sent(app, head, content, form) {
    const engine = engineOf(app);
    if (engine.hasListeners("packetCreate")) {
      const packet = packetOf((form & FORM) > TEXT ? content : head.replace("\x1e", "") + ((content as string) ?? ""));
      engine._dispatch(["packetCreate", { ...packet, options: { compress: !(form & UNCOMPRESSED) } }]);
    }
    // A websocket takes all there is.
    if (engine.hasListeners("drain") && engine.transport.name !== "polling") queueMicrotask(() => all._drained(app));
  },
  _drained(app) {
    const engine = engineOf(app);
    if (engine.hasListeners("drain") && !engine.writeBuffer.length) engine._dispatch(["drain"]);
  },
  _packet(app, type, nsp, data, id) {
    const manager = app as Manager;
    if (!manager.hasListeners("packet")) return;
    const packet = { type, nsp, data: Array.isArray(data) ? [...(data as unknown[])] : data, id: id! < 0 ? undefined : id };
    // After those it is for, as in the official client.
    queueMicrotask(() => manager._dispatch(["packet", packet]));
  },
};

function engineOf(app: App): Engine {
  return (app as Manager).engine;
}

/** A frame as the events of packets tell it. */
function packetOf(frame: any): EnginePacket {
  const type = typeof frame === "string" && TYPES[+frame[0]!];
  return type ? { type, data: frame.slice(1) || undefined } : { type: "message", data: frame[0] === "b" ? decoded(frame) : frame };
}
