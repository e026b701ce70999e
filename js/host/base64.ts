import { BASE64 } from "./abi.js";

interface NativeBase64 {
  fromBase64?(text: string): Uint8Array<ArrayBuffer>;
}

/** The bytes as base64. */
export function encodeBase64(content: ArrayBuffer | ArrayBufferView): string {
  const view = content as ArrayBufferView<ArrayBuffer>;
  // An ArrayBuffer has neither buffer nor offset.
  const bytes = new Uint8Array(view.buffer ?? view, view.byteOffset, view.byteLength);
  return (bytes as { toBase64?(): string }).toBase64?.() ?? btoa(bytes.reduce((binary, byte) => binary + String.fromCharCode(byte), ""));
}

/** The text of a frame: `head` and, in a form of the ABI, `content`. */
export function joined(head: string, content: any, form: number): string {
  return head + (form === BASE64 ? encodeBase64(content as ArrayBuffer) : (content ?? ""));
}

/** The bytes that `text` stands for. Throws when it is not base64. */
export function decodeBase64(text: string): ArrayBuffer {
  const native = (Uint8Array as NativeBase64).fromBase64?.(text);
  if (native) return native.buffer;
  const binary = atob(text);
  return new Uint8Array(binary.length).map((_, at) => binary.charCodeAt(at)).buffer;
}
