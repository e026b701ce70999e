/** Events of the page, in the order of the core's numbers for them. */
const EVENTS = ["offline", "online", "visibilitychange", "pageshow", "resume", "freeze", "beforeunload"];
const VISIBLE = 2;
const BEFOREUNLOAD = 6;

/** Wants to know about the page while it is alive. */
export interface Watcher {
  /** `beforeunload` has a price (Firefox keeps such a page out of its back-forward cache): only for those who ask. */
  readonly beforeunload: boolean;
  /** Whether its timer runs. */
  readonly armed: boolean;
  network(change: number): void;
}

const watchers = new Set<Watcher>();

/**
 * Whether the page has our listeners: from the first watcher on, for good. They cost a page nothing, but Chromium tells
 * another process about the first and the last of some types: 100 µs for each connection that comes and goes.
 */
let listening = false;

/** Starts or stops telling `watcher` about the page. */
export function watch(watcher: Watcher, alive: boolean): void {
  if (watchers.has(watcher) === alive) return;
  if (alive) watchers.add(watcher);
  else watchers.delete(watcher);
  if (!listening) EVENTS.slice(0, BEFOREUNLOAD).forEach((type) => listen("addEventListener", type));
  listening = true;
  if (watcher.beforeunload) listen(watching().some(({ beforeunload }) => beforeunload) ? "addEventListener" : "removeEventListener", "beforeunload");
}

/** Everybody who watches now. */
export function watching(): Watcher[] {
  return [...watchers];
}

/** How many listeners the page has from us, `beforeunload` aside. */
export function pageListeners(): number {
  return listening ? BEFOREUNLOAD : 0;
}

function listen(method: "addEventListener" | "removeEventListener", type: string): void {
  // Those of the page's lifecycle are the document's; a worker has none, and only hears of the network.
  const target = /^[vfr]/.test(type) ? globalThis.document : globalThis;
  // Adding the same function twice is adding it once.
  target?.[method]?.(type, heard);
}

function heard(event: Event): void {
  const change = EVENTS.indexOf(event.type);
  // Neither a page that is loaded nor one that is hidden is news.
  if ((event as PageTransitionEvent).persisted === false || (change === VISIBLE && document.hidden)) return;
  for (const watcher of watching()) {
    if (change !== BEFOREUNLOAD || watcher.beforeunload) watcher.network(change);
  }
}
