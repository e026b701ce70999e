import * as official from "socket.io-msgpack-parser";
import * as standard from "socket.io-parser";
import { assertType, describe, it } from "vitest";

import { io, type Parser, type ParserPacket } from "./exports.js";
import parser, * as msgpack from "./msgpack.js";

// Type tests: nothing here runs.
describe("the option parser", () => {
  it("takes ferrio/msgpack, as its default export or as a namespace", () => {
    io({ parser });
    io({ parser: msgpack });
    assertType<Uint8Array>(new msgpack.Encoder().encode({ type: 2, nsp: "/", data: ["e"] })[0]);
    new msgpack.Decoder().on("decoded", (packet) => assertType<number>(packet.type));
    // @ts-expect-error: only "decoded"
    new msgpack.Decoder().on("encoded", () => {});
  });

  it("takes the official parsers", () => {
    assertType<Parser>(standard);
    io({ parser: official });
  });

  it("takes the app's own", () => {
    class Encoder {
      encode(packet: ParserPacket): string[] {
        return [JSON.stringify(packet)];
      }
    }
    class Decoder {
      add(_chunk: string): void {}
      on(_event: "decoded", _listener: (packet: ParserPacket) => void): void {}
    }
    io({ parser: { Encoder, Decoder } });
    // @ts-expect-error: no Decoder
    io({ parser: { Encoder } });
    // @ts-expect-error: an instance, not a class
    io({ parser: { Encoder: new Encoder(), Decoder } });
    // @ts-expect-error: gives numbers
    io({ parser: { Encoder: class { encode = (): number => 1; }, Decoder } });
  });
});
