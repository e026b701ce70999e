import { Core } from "./instance.js";
import { FerrioError } from "./error.js";
import { watching } from "./page.js";
import { taps } from "./tap.js";

/** What `init()` of `ferrio/slim` takes: where the wasm is, or the wasm itself. */
export type WasmSource = URL | string | Response | BufferSource | WebAssembly.Module;

/** Gets the instance, or the reason why there is none. */
export type Ready = (core: Core | undefined, error?: FerrioError) => void;

let carried: (() => BufferSource) | undefined;
let module: WebAssembly.Module | undefined;
let initialised: Promise<void> | undefined;
let core: Core | undefined;
const waiting: Ready[] = [];

/** Names the bytes that the bundle carries; they are compiled when the first manager is made. */
export function carry(bytes: () => BufferSource): void {
  carried = bytes;
}

/** Compiles the wasm from `source`, once: later calls wait for the first. A failed one can be repeated. */
export function init(source: WasmSource): Promise<void> {
  return (initialised ??= compile(source).then(
    (compiled) => {
      module = compiled;
      for (const ready of waiting.splice(0)) load(ready);
    },
    (cause: unknown) => {
      initialised = undefined;
      const error = unavailable(cause);
      for (const ready of waiting.splice(0)) ready(undefined, error);
      throw error;
    },
  ));
}

/** Calls `ready` with the page's instance: at once when the wasm is here, after `init()` otherwise. A fresh one replaces a dead one. */
export function load(ready: Ready): void {
  try {
    if (!core || core.dead) {
      module ??= carried && new WebAssembly.Module(carried());
      if (!module) return void waiting.push(ready);
      core = new Core(module);
      taps._started?.(core, watching);
    }
  } catch (cause) {
    return ready(undefined, unavailable(cause));
  }
  ready(core);
}

async function compile(source: WasmSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (typeof source === "string" || source instanceof URL) source = await fetch(source);
  if (source instanceof Response) {
    if (!source.ok) throw new Error(`HTTP status ${source.status}`);
    source = await source.arrayBuffer();
  }
  return WebAssembly.compile(source as BufferSource);
}

function unavailable(cause: unknown): FerrioError {
  return new FerrioError("E_WASM_UNAVAILABLE", `no WebAssembly: ${cause}; script-src has to allow 'wasm-unsafe-eval'`, { cause });
}
