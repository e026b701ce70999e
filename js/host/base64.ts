interface NativeBase64 {
  fromBase64?(text: string): Uint8Array<ArrayBuffer>;
}

/** The bytes as base64. */
export function encodeBase64(content: ArrayBuffer | ArrayBufferView): string {
  const bytes = ArrayBuffer.isView(content) ? new Uint8Array(content.buffer, content.byteOffset, content.byteLength) : new Uint8Array(content);
  const native = (bytes as { toBase64?(): string }).toBase64?.();
  if (native !== undefined) return native;
  let binary = "";
  // In pieces: a call takes only so many arguments.
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

/** The bytes that `text` stands for. Throws when it is not base64. */
export function decodeBase64(text: string): ArrayBuffer {
  const native = (Uint8Array as NativeBase64).fromBase64?.(text);
  if (native) return native.buffer;
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes.buffer;
}
