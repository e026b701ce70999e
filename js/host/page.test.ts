import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type * as module from "./page.js";
import type { Watcher } from "./page.js";

/** The page, with the types of the listeners that it has. It captures what happens to its document. */
class Target extends EventTarget {
  readonly types: string[] = [];

  override addEventListener(type: string, listener: EventListener): void {
    if (!this.types.includes(type)) this.types.push(type);
    super.addEventListener(type, listener);
  }
  override removeEventListener(type: string, listener: EventListener): void {
    if (this.types.includes(type)) this.types.splice(this.types.indexOf(type), 1);
    super.removeEventListener(type, listener);
  }
}

class Someone implements Watcher {
  readonly armed = false;
  readonly heard: number[] = [];
  readonly beforeunload: boolean;

  constructor(beforeunload = false) {
    this.beforeunload = beforeunload;
  }
  network(change: number): void {
    this.heard.push(change);
  }
}

let page: Target;
let document: { hidden: boolean };
let tested: typeof module;
let watch: typeof module.watch;

beforeEach(async () => {
  // A page of its own for each test: what it is told once is told once.
  vi.resetModules();
  tested = await import("./page.js");
  ({ watch } = tested);
  page = new Target();
  document = { hidden: false };
  vi.stubGlobal("document", document);
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
});

afterEach(() => vi.unstubAllGlobals());

const fire = (type: string, fields = {}): void => void page.dispatchEvent(Object.assign(new Event(type), fields));

it("tells everybody who watches, in the core's numbers", () => {
  const [a, b] = [new Someone(), new Someone()];
  watch(a, true);
  watch(b, true);
  fire("offline");
  fire("online");
  fire("visibilitychange");
  fire("pageshow", { persisted: true });
  fire("resume");
  fire("freeze");
  expect(a.heard).toEqual([0, 1, 2, 3, 4, 5]);
  expect(b.heard).toEqual(a.heard);
  watch(a, false);
  watch(b, false);
});

it("tells nothing of a page that is loaded, or hidden", () => {
  const a = new Someone();
  watch(a, true);
  fire("pageshow", { persisted: false });
  document.hidden = true;
  fire("visibilitychange");
  expect(a.heard).toEqual([]);
  watch(a, false);
});

it("listens to the page from the first watcher on, and once", () => {
  const [a, b] = [new Someone(), new Someone()];
  expect(page.types).toEqual([]);
  watch(a, true);
  watch(a, true);
  watch(b, true);
  watch(a, false);
  watch(b, false);
  expect(page.types).toEqual(["offline", "online", "visibilitychange", "pageshow", "resume", "freeze", "securitypolicyviolation"]);
  fire("online");
  expect([a.heard, b.heard]).toEqual([[], []]);
});

it("listens to beforeunload only for those who ask", () => {
  const [a, b] = [new Someone(), new Someone(true)];
  watch(a, true);
  expect(page.types).not.toContain("beforeunload");
  watch(b, true);
  fire("beforeunload");
  expect([a.heard, b.heard]).toEqual([[], [6]]);
  watch(a, false);
  watch(b, false);
  expect(page.types).not.toContain("beforeunload");
});

it("knows what the page's policy forbade, not what it only reports", () => {
  const a = new Someone();
  watch(a, true);
  fire("securitypolicyviolation", { blockedURI: "https://h/reported", disposition: "report" });
  expect(tested.forbidden).toBeUndefined();
  fire("securitypolicyviolation", { blockedURI: "https://h/", disposition: "enforce" });
  expect(tested.forbidden).toBe("https://h/");
  expect(a.heard).toEqual([]);
  watch(a, false);
});

it("lets a watcher stop in the middle of an event", () => {
  const [a, b] = [new Someone(), new Someone()];
  a.network = () => watch(b, false);
  watch(a, true);
  watch(b, true);
  fire("online");
  fire("online");
  expect(b.heard).toEqual([1]);
  watch(a, false);
});

it("asks nothing of a place without a page", () => {
  vi.stubGlobal("addEventListener", undefined);
  vi.stubGlobal("document", undefined);
  const a = new Someone();
  watch(a, true);
  watch(a, false);
});
