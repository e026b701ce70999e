/** Events of the page: those that watchers are told, in the order of the core's numbers for them; and that its policy forbade something. */
const EVENTS = ["offline", "online", "visibilitychange", "pageshow", "resume", "freeze", "beforeunload", "securitypolicyviolation"];
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

/** The address that the page's policy forbade last. */
export let forbidden: string | undefined;

/**
 * Starts or stops telling `watcher` about the page, which has our listeners from the first watcher on, `beforeunload` aside. They cost
 * a page nothing, but Chromium tells another process about the first and the last of some types: 100 µs for each connection.
 */
export function watch(watcher: Watcher, alive: boolean): void {
  if (watchers.has(watcher) === alive) return;
  if (alive) watchers.add(watcher);
  else watchers.delete(watcher);
  EVENTS.forEach((type, event) => {
    const wanted = event !== BEFOREUNLOAD || watching().some(({ beforeunload }) => beforeunload);
    // Adding the same function twice is adding it once. Captured: the document's own, as of the page's lifecycle, do not bubble.
    globalThis[wanted ? "addEventListener" : "removeEventListener"]?.(type, heard, true);
  });
}

/** Everybody who watches now. */
export function watching(): Watcher[] {
  return [...watchers];
}

function heard(event: any): void {
  // A policy may also just report.
  if (event.disposition === "enforce") forbidden = event.blockedURI;
  const change = EVENTS.indexOf(event.type);
  // Neither a page that is loaded nor one that is hidden is news.
  if (event.disposition || event.persisted === false || (change === VISIBLE && document.hidden)) return;
  for (const watcher of watching()) {
    if (change !== BEFOREUNLOAD || watcher.beforeunload) watcher.network(change);
  }
}
