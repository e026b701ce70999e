/**
 * The browser that runs the page, chosen by the environment variable `E2E_BROWSER`; default `chromium`.
 * One file in `browsers/` per engine; nothing else in the harness knows which one it is.
 */

export type BrowserName = "chromium" | "firefox" | "webkit";

export interface Engine {
  /** Starts the browser, once for all test files. */
  launch(): Promise<Launched>;
  /** Called by each test file, one after another. */
  connect(endpoint: string): Promise<Connection>;
}

export interface Launched {
  /** Where `connect` finds it. */
  readonly endpoint: string;
  readonly version: string;
  close(): Promise<void>;
}

/** A test file's hold on the browser. */
export interface Connection {
  /** A new tab, without cookies. */
  tab(): Promise<Tab>;
  close(): Promise<void>;
}

/** Something the page's developer would see: a `console.log`, a `console.error`, an uncaught error, a failed request or websocket. */
export type Report = (kind: "log" | "error" | "uncaught" | "network", text: string) => void;

export interface Tab {
  /** Opens `url` and resolves when the page has loaded. Reports what happens in the page from now on. */
  open(url: string, report: Report): Promise<void>;
  /** The value of `expression` in the page, awaited there. All that was reported before it has arrived when this resolves. */
  evaluate<R>(expression: string): Promise<R>;
  /** Leaves the page; a later `open` finds no cookie of it. Nothing is reported any more. */
  leave(): Promise<void>;
}

export const browserName: BrowserName = chosen(process.env["E2E_BROWSER"] || "chromium");

export const isChromium = browserName === "chromium";

/** The chosen browser's engine. */
export async function engine(): Promise<Engine> {
  return (await import(`./browsers/${browserName}.ts`) as { default: Engine }).default;
}

function chosen(name: string): BrowserName {
  if (name === "chromium" || name === "firefox" || name === "webkit") return name;
  throw new Error(`E2E_BROWSER is "${name}"; it must be "chromium", "firefox" or "webkit"`);
}
