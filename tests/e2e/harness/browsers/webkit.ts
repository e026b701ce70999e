import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { Readable } from "node:stream";

import type { Connection, Engine, Launched, Report, Tab } from "../browser.ts";
import { answerOf, read } from "./answer.ts";

/**
 * WebKitGTK's MiniBrowser, driven by the system's WebKitWebDriver (or the one that `WEBKIT_DRIVER` names) on a display of its own.
 * Its WebDriver is the classic one, that only answers: the page itself collects what it reports. A failed request is not among that.
 */
const engine: Engine = {
  async launch(): Promise<Launched> {
    const display = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1024x768x24", "-nolisten", "tcp"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
    const [number] = (await firstOf(display, once(display.stdio[3] as Readable, "data"))) as [Buffer];
    const port = await freePort();
    const driver = spawn(process.env["WEBKIT_DRIVER"] ?? "/usr/bin/WebKitWebDriver", [`--port=${port}`], {
      env: { ...process.env, DISPLAY: `:${number.toString().trim()}`, WAYLAND_DISPLAY: "", GDK_BACKEND: "x11" },
      stdio: "ignore",
    });
    const server = `http://127.0.0.1:${port}`;
    await firstOf(driver, isReady(server));
    const { sessionId, capabilities } = (await send(`${server}/session`, "POST", { capabilities: { alwaysMatch: CAPABILITIES } })) as NewSession;
    const endpoint = `${server}/session/${sessionId}`;
    return {
      endpoint,
      version: capabilities.browserVersion,
      close: async () => {
        await send(endpoint, "DELETE");
        for (const program of [driver, display]) {
          program.kill();
          await once(program, "exit");
        }
      },
    };
  },

  async connect(endpoint: string): Promise<Connection> {
    const session = new Session(endpoint);
    return {
      tab: async () => new WebKitTab(session, await session.open()),
      close: () => session.close(),
    };
  },
};

export default engine;

const CAPABILITIES = { timeouts: { script: 600_000, pageLoad: 60_000 } };

interface NewSession {
  sessionId: string;
  capabilities: { browserVersion: string };
}

/** Commands one after another, each in its window. */
class Session {
  readonly #endpoint: string;
  #last: Promise<unknown> = Promise.resolve();
  #current = "";
  readonly #windows: string[] = [];

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /** A window of its own: a tab behind another one is hidden, and its timers are slow. */
  async open(): Promise<string> {
    const { handle } = (await this.#queue(() => this.#command("POST", "window/new", { type: "window" }))) as { handle: string };
    this.#windows.push(handle);
    return handle;
  }

  send(window: string, method: string, path: string, body?: object): Promise<unknown> {
    return this.#queue(async () => {
      if (this.#current !== window) await this.#command("POST", "window", { handle: window });
      this.#current = window;
      return this.#command(method, path, body);
    });
  }

  /** Closes its windows and goes back to the one that the browser began with. */
  async close(): Promise<void> {
    for (const window of this.#windows) {
      const [first] = (await this.send(window, "DELETE", "window")) as string[];
      await this.#command("POST", "window", { handle: first });
    }
  }

  #queue<R>(run: () => Promise<R>): Promise<R> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => {});
    return result;
  }

  #command(method: string, path: string, body?: object): Promise<unknown> {
    return send(`${this.#endpoint}/${path}`, method, body);
  }
}

class WebKitTab implements Tab {
  readonly #session: Session;
  readonly #window: string;
  #report: Report = () => {};

  constructor(session: Session, window: string) {
    this.#session = session;
    this.#window = window;
  }

  async open(url: string, report: Report): Promise<void> {
    this.#report = report;
    const collecting = new URL(url);
    collecting.searchParams.set("before", `(${collectReports.toString()})();${collecting.searchParams.get("before") ?? ""}`);
    await this.#session.send(this.#window, "POST", "url", { url: collecting.href });
    // The command is over before the page's modules have run.
    await this.evaluate("document.readyState === 'complete' || new Promise((resolve) => addEventListener('load', () => resolve()))");
  }

  async evaluate<R>(expression: string): Promise<R> {
    const script = `const [done] = arguments; ${answerOf(expression)}.then(done)`;
    const text = (await this.#session.send(this.#window, "POST", "execute/async", { script, args: [] })) as string;
    const { value, error, reports } = read(text);
    for (const [kind, text] of reports) this.#report(kind, text);
    if (error !== undefined) throw new Error(error);
    return value as R;
  }

  async leave(): Promise<void> {
    await this.#session.send(this.#window, "DELETE", "cookie");
    await this.#session.send(this.#window, "POST", "url", { url: "about:blank" });
  }
}

/** In the page, first of all: notes what its developer would see. */
function collectReports(): void {
  const reports: Parameters<Report>[] = ((globalThis as any).reports = []);
  for (const kind of ["log", "error"] as const) {
    console[kind] = (...args: unknown[]) => void reports.push([kind, args.map(String).join(" ")]);
  }
  const noteError = (event: ErrorEvent) => {
    if (event.target === globalThis.window) reports.push(["uncaught", String(event.error ?? event.message)]);
    else reports.push(["network", `${(event.target as Element).outerHTML} was not loaded`]);
  };
  globalThis.addEventListener("error", noteError, true);
  globalThis.addEventListener("unhandledrejection", (event) => reports.push(["uncaught", String(event.reason)]));
}

/** One WebDriver command; its value. */
async function send(url: string, method: string, body: object = {}): Promise<unknown> {
  const response = await fetch(url, { method, ...(method === "POST" && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { value: { error?: string; message?: string } };
  if (!response.ok) throw new Error(`WebKitWebDriver: ${value.error}: ${value.message}`);
  return value;
}

async function isReady(server: string): Promise<void> {
  while (!(await fetch(`${server}/status`).then(({ ok }) => ok, () => false))) await setTimeout(20);
}

/** What `result` gives, unless `program` cannot be started or ends before. */
async function firstOf<R>(program: ChildProcess, result: Promise<R>): Promise<R> {
  const name = program.spawnfile;
  const ended = Promise.race([
    once(program, "error").then(([error]) => `${error}`),
    once(program, "exit").then(([code]) => `it ended with code ${code}`),
  ]);
  return Promise.race([result, ended.then((why) => Promise.reject(new Error(`${name} could not be started: ${why}`)))]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
