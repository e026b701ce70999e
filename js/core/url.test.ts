import { afterEach, describe, expect, it, vi } from "vitest";

import { parseUrl, urlOf } from "./url.js";

const page = { protocol: "https:", host: "page.test:8443" };

describe("parseUrl", () => {
  it.each([
    [undefined, true, "page.test:8443", "https://page.test:8443", "/"],
    ["", true, "page.test:8443", "https://page.test:8443", "/"],
    ["/admin", true, "page.test:8443", "https://page.test:8443", "/admin"],
    ["//other.test/ns", true, "other.test", "https://other.test:443", "/ns"],
    ["other.test", true, "other.test", "https://other.test:443", "/"],
    ["other.test:3000", true, "other.test:3000", "https://other.test:3000", "/"],
    ["other.test:3000/ns", true, "other.test:3000", "https://other.test:3000", "/ns"],
    ["http://other.test", false, "other.test", "http://other.test:80", "/"],
    ["http://other.test:80/a/b/", false, "other.test", "http://other.test:80", "/a/b/"],
    ["https://other.test:443", true, "other.test", "https://other.test:443", "/"],
    ["ws://other.test:1", false, "other.test:1", "ws://other.test:1", "/"],
    ["wss://other.test", true, "other.test", "wss://other.test:443", "/"],
    ["http://[::1]:3000/ns", false, "[::1]:3000", "http://[::1]:3000", "/ns"],
    ["[::1]", true, "[::1]", "https://[::1]:443", "/"],
    ["http://user:secret@other.test:9/ns", false, "other.test:9", "http://other.test:9", "/ns"],
    ["http://other.test/ünï#hash", false, "other.test", "http://other.test:80", "/ünï"],
  ])("reads %j", (url, secure, host, id, namespace) => {
    expect(parseUrl(url, page)).toEqual({ secure, host, id, namespace, query: "" });
  });

  it("finds the query, with or without a namespace", () => {
    expect(parseUrl("http://other.test/ns?a=1&b=2#h", page)).toMatchObject({ namespace: "/ns", query: "a=1&b=2" });
    expect(parseUrl("http://other.test?a=1", page)).toMatchObject({ namespace: "/", query: "a=1", host: "other.test" });
  });

  it("reads URLs where there is no page", () => {
    expect(parseUrl("http://other.test", undefined)).toMatchObject({ secure: false, host: "other.test" });
    expect(parseUrl("other.test", undefined)).toMatchObject({ secure: true, host: "other.test" });
    expect(parseUrl(undefined, undefined)).toMatchObject({ host: "localhost" });
  });
});

describe("urlOf", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("spells out the address that options give", () => {
    vi.stubGlobal("location", { protocol: "https:", hostname: "page.test" });
    expect(urlOf({})).toBeUndefined();
    expect(urlOf({ hostname: "h" })).toBe("https://h");
    expect(urlOf({ host: "h:1" })).toBe("https://h:1");
    expect(urlOf({ hostname: "h", port: 9, secure: false })).toBe("http://h:9");
    expect(urlOf({ port: "9" })).toBe("https://page.test:9");
    expect(urlOf({ secure: false })).toBe("http://page.test");
  });
});
