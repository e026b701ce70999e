/** The core's wasm, carried inside the bundle of the default entry (the build supplies it). */
declare module "#wasm" {
  /** The bytes of the module; decoded at each call. */
  export function wasmBytes(): Uint8Array<ArrayBuffer>;
}
