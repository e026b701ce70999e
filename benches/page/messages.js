/** The wire form of the events, shared by the stubbed WebSocket and the blast server. */

/** A text event whose frame is 44 bytes long in the default namespace. */
export function smallEvent(index, namespace = "") {
  return `42${namespace}["message",{"id":${100000 + (index % 100000)},"text":"hey you"}]`;
}

/** A text event of about 4 KB: a list of records. */
export function largeEvent(index) {
  return `42["message",${JSON.stringify(largeValue(index))}]`;
}

/** An event with `count` attachments of `size` bytes. */
export function binaryEvent(index, count, size) {
  const placeholders = Array.from({ length: count }, (_, num) => ({ _placeholder: true, num }));
  const attachments = placeholders.map((_, num) => {
    return Uint8Array.from({ length: size }, (_, at) => (index * 31 + num * 7 + at * 13) & 255).buffer;
  });
  return { text: `45${count}-${JSON.stringify(["message", ...placeholders])}`, attachments };
}

/** A value that is about 4 KB long as JSON. */
export function largeValue(index) {
  return {
    id: 100000 + (index % 100000),
    records: Array.from({ length: 28 }, (_, at) => ({
      key: `record-${at}`,
      name: `The name of record number ${at}`,
      price: 12.25 + at + (index % 100),
      tags: ["alpha", "beta", "gamma"],
      position: { x: at * 3, y: index % 1000 },
      active: at % 2 === 0,
    })),
  };
}
