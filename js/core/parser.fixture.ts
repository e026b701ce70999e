import type { Chunk, Parser, ParserPacket } from "../host/index.js";

/** Emits "decoded", as a parser's Decoder does. */
export class DecoderBase {
  /** All that were made, and those that were destroyed. */
  static made: DecoderBase[] = [];
  static destroyed: DecoderBase[] = [];
  #listeners: ((packet: any) => void)[] = [];

  constructor() {
    DecoderBase.made.push(this);
  }

  on(_event: "decoded", listener: (packet: any) => void): this {
    this.#listeners.push(listener);
    return this;
  }

  tell(packet: unknown): void {
    for (const listener of this.#listeners) listener(packet);
  }

  destroy(): void {
    DecoderBase.destroyed.push(this);
  }
}

/** Packets as JSON, in the manner of the official documentation's example. A value `"refuse"` makes both sides throw. */
export const json: Parser = {
  Encoder: class {
    encode(packet: ParserPacket): Chunk[] {
      return [refused(JSON.stringify(packet))];
    }
  },
  Decoder: class extends DecoderBase {
    add(chunk: string): void {
      this.tell(JSON.parse(refused(chunk)));
    }
  },
};

/** Each packet as a text with its type, then bytes with the rest: two messages. */
export const parts: Parser = {
  Encoder: class {
    encode({ type, ...rest }: ParserPacket): Chunk[] {
      return [`type ${type}`, new TextEncoder().encode(JSON.stringify(rest))];
    }
  },
  Decoder: class extends DecoderBase {
    #type = -1;
    add(chunk: string | ArrayBuffer): void {
      if (typeof chunk === "string") this.#type = +chunk.slice(5);
      else this.tell({ type: this.#type, ...(JSON.parse(new TextDecoder().decode(chunk)) as object) });
    }
  },
};

function refused(text: string): string {
  if (text.includes('"refuse"')) throw new Error("refused");
  return text;
}
