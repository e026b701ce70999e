/** A parser of JSON texts, in the manner of the example in Socket.IO's documentation; for server and page. */
interface Packet {
  type: number;
  nsp: string;
  data?: unknown;
  id?: number;
}

export class Encoder {
  encode(packet: Packet): string[] {
    return [JSON.stringify(packet)];
  }
}

export class Decoder {
  #listeners: ((packet: Packet) => void)[] = [];

  add(chunk: string): void {
    const packet = JSON.parse(chunk) as Packet;
    if (!isPacket(packet)) throw new Error("invalid format");
    for (const listener of this.#listeners) listener(packet);
  }

  on(_event: "decoded", listener: (packet: Packet) => void): void {
    this.#listeners.push(listener);
  }

  off(_event: "decoded", listener: (packet: Packet) => void): void {
    this.#listeners = this.#listeners.filter((own) => own !== listener);
  }

  removeListener(event: "decoded", listener: (packet: Packet) => void): void {
    this.off(event, listener);
  }

  destroy(): void {}
}

function isPacket({ type, nsp, data, id }: Packet): boolean {
  const isId = id === undefined || Number.isInteger(id);
  const isData = type === 0 ? data === undefined || typeof data === "object" : type === 1 ? data === undefined : type === 4 ? typeof data === "object" : Array.isArray(data);
  return Number.isInteger(type) && type >= 0 && type <= 4 && typeof nsp === "string" && isId && isData;
}
