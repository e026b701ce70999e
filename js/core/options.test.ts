import { afterEach, describe, expect, it, vi } from "vitest";

import { FerrioError } from "../host/index.js";
import { numberOf, type Options, packTransports, settingsOf, warnOfShared, warnOfUnknown } from "./options.js";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("settingsOf", () => {
  it("has the documented defaults", () => {
    const limits = [undefined, undefined, 10_485_760];
    expect(settingsOf({})).toEqual([undefined, 1, Infinity, 1000, 5000, 0.5, 20000, 9, 1, 0, 0, 0, 0, ...limits]);
  });

  it("takes 0 for a value and null for none", () => {
    const zero: Options = { reconnectionAttempts: 0, reconnectionDelay: 0, reconnectionDelayMax: 0, randomizationFactor: 0, timeout: 0 };
    expect(settingsOf(zero).slice(2, 7)).toEqual([0, 0, 0, 0, 0]);
    expect(settingsOf({ timeout: null as unknown as number })[6]).toBe(20000);
  });

  it("takes `timeout: false` for any time", () => {
    expect(settingsOf({ timeout: false })[6]).toBe(Infinity);
  });

  it.each([NaN, -1, "soon", {}])("refuses %j as a number", (value) => {
    const options = { reconnectionDelay: value } as Options;
    expect(() => settingsOf(options)).toThrow(FerrioError);
    expect(() => numberOf(options, "reconnectionDelay", 0)).toThrow("option reconnectionDelay");
  });

  it("reads the switches", () => {
    const options: Options = { reconnection: false, upgrade: false, tryAllTransports: true, rememberUpgrade: true, forceBase64: true, closeOnBeforeunload: true };
    const settings = settingsOf(options);
    expect([settings[1], ...settings.slice(8, 13)]).toEqual([0, 0, 1, 1, 1, 1]);
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
    warnOfShared({ auth: { a: 1 }, path: "/x", query: { a: "1" }, transports: ["websocket"] }, { path: "/x", query: { a: "2" } });
    expect(warn.mock.calls.map(([text]) => /"(\w+)"/.exec(String(text))?.[1])).toEqual(["query", "transports"]);
  });
});
