import { afterEach, describe, expect, it, vi } from "vitest";

import { FerrioError } from "../host/index.js";
import { numberOf, type Options, packTransports, settingsOf, warnOfShared, warnOfUnknown } from "./options.js";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("settingsOf", () => {
  it("has the documented defaults", () => {
    expect(settingsOf({})).toEqual([true, Infinity, 1000, 5000, 0.5, 20000, 9, true, false, false, false, false, 10_000, 16_777_216, Infinity, 0]);
  });

  it("takes 0 for a value and null for none", () => {
    const zero: Options = { reconnectionAttempts: 0, reconnectionDelay: 0, reconnectionDelayMax: 0, randomizationFactor: 0, timeout: 0 };
    expect(settingsOf(zero).slice(1, 6)).toEqual([0, 0, 0, 0, 0]);
    expect(settingsOf({ timeout: null as unknown as number })[5]).toBe(20000);
  });

  it("takes `timeout: false` for any time", () => {
    expect(settingsOf({ timeout: false })[5]).toBe(Infinity);
  });

  it.each([NaN, -1, "soon", {}])("refuses %j as a number", (value) => {
    const options = { reconnectionDelay: value } as Options;
    expect(() => settingsOf(options)).toThrow(FerrioError);
    expect(() => numberOf(options, "reconnectionDelay", 0)).toThrow("option reconnectionDelay");
  });

  it.each([
    [{ max: 5, maxBytes: 7, ttl: 9, overflow: "oldest" }, [5, 7, 9, 1]],
    [{ max: 5, overflow: "error" }, [5, 16_777_216, Infinity, 2]],
    [{ mode: "drop", max: 5, overflow: "oldest" }, [0, 16_777_216, Infinity, 1]],
    [{ mode: "reject", max: 5 }, [0, 16_777_216, Infinity, 2]],
  ] as const)("reads what %j says of events without a connection", (offline, settings) => {
    expect(settingsOf({ offline }).slice(12)).toEqual(settings);
  });

  it.each([{ mode: "keep" }, { overflow: "all" }, { max: -1 }, { ttl: NaN }])("refuses %j", (offline) => {
    const [[name, value]] = Object.entries(offline) as [[string, unknown]];
    expect(() => settingsOf({ offline } as Options)).toThrow(`option ${name}: cannot be ${value}`);
  });

  it("reads the switches", () => {
    const options: Options = { reconnection: false, upgrade: false, tryAllTransports: true, rememberUpgrade: true, forceBase64: true, closeOnBeforeunload: true };
    const settings = settingsOf(options);
    expect([settings[0], ...settings.slice(7, 12)]).toEqual([false, false, true, true, true, true]);
  });
});

describe("packTransports", () => {
  it.each([
    [["polling"], 1],
    [["websocket"], 2],
    [["polling", "websocket"], 9],
    [["websocket", "polling", "websocket"], 6],
    [["webtransport", "carrier pigeon", "websocket"], 2],
    [["webtransport"], 0],
    [[], 0],
  ])("packs %j", (names, packed) => {
    expect(packTransports(names)).toBe(packed);
  });

  it("has webtransport where the browser has it", () => {
    vi.stubGlobal("WebTransport", class {});
    expect(packTransports(["webtransport", "carrier pigeon", "websocket"])).toBe(11);
    expect(packTransports()).toBe(57);
  });

  it("knows an implementation by its name", () => {
    class Transport {}
    Object.assign(Transport.prototype, { name: "websocket" });
    expect(packTransports([Transport])).toBe(2);
  });
});

describe("warnings of development", () => {
  it("name an option that nobody reads", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    warnOfUnknown({ reconnectionDealy: 1, auth: {}, pfx: "" });
    expect(warn.mock.calls).toEqual([['ferrio: unknown option "reconnectionDealy"']]);
  });

  it("name an option that a shared connection cannot have", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    warnOfShared({ auth: { a: 1 }, path: "/x", query: { a: "1" }, transports: ["websocket"] }, { opts: { path: "/x", query: { a: "2" } } });
    expect(warn.mock.calls.map(([text]) => /"(\w+)"/.exec(String(text))?.[1])).toEqual(["query", "transports"]);
  });
});
