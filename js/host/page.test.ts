import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type * as module from "./page.js";
import type { Watcher } from "./page.js";

/** The page's two event targets, with counts of the listeners they have. */
class Target extends EventTarget {
  readonly types: string[] = [];
  hidden = false;

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
let document: Target;
let watch: typeof module.watch;
let pageListeners: typeof module.pageListeners;

beforeEach(async () => {
  // A page of its own for each test: what it is told once is told once.
  vi.resetModules();
  ({ watch, pageListeners } = await import("./page.js"));
  page = new Target();
  document = new Target();
  vi.stubGlobal("document", document);
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
});

afterEach(() => vi.unstubAllGlobals());

const fire = (target: Target, type: string, fields = {}): void => void target.dispatchEvent(Object.assign(new Event(type), fields));

it("tells everybody who watches, in the core's numbers", () => {
  const [a, b] = [new Someone(), new Someone()];
  watch(a, true);
  watch(b, true);
  fire(page, "offline");
  fire(page, "online");
  fire(document, "visibilitychange");
  fire(page, "pageshow", { persisted: true });
  fire(document, "resume");
  fire(document, "freeze");
  expect(a.heard).toEqual([0, 1, 2, 3, 4, 5]);
  expect(b.heard).toEqual(a.heard);
  watch(a, false);
  watch(b, false);
});

it("tells nothing of a page that is loaded, or hidden", () => {
  const a = new Someone();
  watch(a, true);
  fire(page, "pageshow", { persisted: false });
  document.hidden = true;
  fire(document, "visibilitychange");
  expect(a.heard).toEqual([]);
  watch(a, false);
});

it("listens to the page from the first watcher on, and once", () => {
  const [a, b] = [new Someone(), new Someone()];
  expect(pageListeners()).toBe(0);
  watch(a, true);
  watch(a, true);
  watch(b, true);
  expect(page.types.length + document.types.length).toBe(pageListeners());
  watch(a, false);
  watch(b, false);
  expect(page.types.length + document.types.length).toBe(6);
  expect(pageListeners()).toBe(6);
  fire(page, "online");
  expect([a.heard, b.heard]).toEqual([[], []]);
});

it("listens to beforeunload only for those who ask", () => {
  const [a, b] = [new Someone(), new Someone(true)];
  watch(a, true);
  expect(page.types).not.toContain("beforeunload");
  watch(b, true);
  fire(page, "beforeunload");
  expect([a.heard, b.heard]).toEqual([[], [6]]);
  watch(a, false);
  watch(b, false);
  expect(page.types).not.toContain("beforeunload");
});

it("lets a watcher stop in the middle of an event", () => {
  const [a, b] = [new Someone(), new Someone()];
  a.network = () => watch(b, false);
  watch(a, true);
  watch(b, true);
  fire(page, "online");
  fire(page, "online");
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
