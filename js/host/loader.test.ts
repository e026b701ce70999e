import { wasmBytes } from "#wasm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { FerrioError } from "./error.js";
import type { Core } from "./instance.js";
import type * as Loader from "./loader.js";

let loader: typeof Loader;

beforeEach(async () => {
  vi.resetModules();
  loader = await import("./loader.js");
});

afterEach(() => vi.unstubAllGlobals());

/** What `load` gave: at once, or later. */
function load(): { core?: Core | undefined; error?: FerrioError | undefined } {
  const got: ReturnType<typeof load> = {};
  loader.load((core, error) => Object.assign(got, { core, error }));
  return got;
}

describe("the wasm that the bundle carries", () => {
  it("is compiled at the first use, and shared", () => {
    const bytes = vi.fn(wasmBytes);
    loader.carry(bytes);
    expect(bytes).not.toHaveBeenCalled();
    const first = load().core;
    expect(first).toBeDefined();
    expect(load().core).toBe(first);
    expect(bytes).toHaveBeenCalledOnce();
  });

  it("gets a fresh instance after the old one died", () => {
    const bytes = vi.fn(wasmBytes);
    loader.carry(bytes);
    const first = load().core!;
    first.dead = true;
    const second = load().core!;
    expect(second).not.toBe(first);
    expect(second.dead).toBe(false);
    expect(bytes).toHaveBeenCalledOnce();
  });

  it("that may not run gives an error which names the remedy", () => {
    const cause = new EvalError("refused by the policy");
    vi.stubGlobal("WebAssembly", {
      Module: class {
        constructor() {
          throw cause;
        }
      },
    });
    loader.carry(wasmBytes);
    expect(load().error).toMatchObject({ code: "E_WASM_UNAVAILABLE", cause, message: expect.stringContaining("'wasm-unsafe-eval'") as string });
  });

  it("gives the same error where there is no WebAssembly at all", () => {
    vi.stubGlobal("WebAssembly", undefined);
    loader.carry(wasmBytes);
    expect(load().error).toMatchObject({ code: "E_WASM_UNAVAILABLE" });
  });
});

describe("init()", () => {
  const bytes = wasmBytes();
  it.each([
    ["bytes", () => bytes],
    ["a module", () => new WebAssembly.Module(bytes)],
    ["a response", () => new Response(bytes)],
    ["a text", () => "/core.wasm"],
    ["a URL", () => new URL("http://h/core.wasm")],
  ])("takes %s, and those who waited get the instance", async (_, source) => {
    vi.stubGlobal("fetch", async () => new Response(bytes));
    const waiting = load();
    expect(waiting).toEqual({});
    await loader.init(source());
    expect(waiting.core).toBeDefined();
    expect(load().core).toBe(waiting.core);
  });

  it("is done once, however often it is called", async () => {
    const fetched = vi.fn(async () => new Response(bytes));
    vi.stubGlobal("fetch", fetched);
    await Promise.all([loader.init("/a"), loader.init("/b")]);
    expect(fetched.mock.calls).toEqual([["/a"]]);
  });

  it("that fails tells those who wait, and can be repeated", async () => {
    vi.stubGlobal("fetch", async () => new Response("", { status: 404 }));
    const waiting = load();
    await expect(loader.init("/core.wasm")).rejects.toMatchObject({ code: "E_WASM_UNAVAILABLE", message: expect.stringContaining("404") as string });
    expect(waiting).toMatchObject({ core: undefined, error: { code: "E_WASM_UNAVAILABLE" } });
    await loader.init(bytes);
    expect(load().core).toBeDefined();
  });
});
