import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import WebSocket from "ws";

import type { Connection, Engine, Launched, Report, Tab } from "../browser.ts";
import { answerOf, read } from "./answer.ts";

/** Firefox as the system installs it (or the binary that `FIREFOX` names), driven over its own WebDriver BiDi. */
const engine: Engine = {
  async launch(): Promise<Launched> {
    const profile = await mkdtemp(join(tmpdir(), "ferrio-firefox-"));
    const options = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"];
    const firefox = spawn(process.env["FIREFOX"] ?? "/usr/bin/firefox-esr", options, { stdio: ["ignore", "ignore", "pipe"] });
    const endpoint = await new Promise<string>((resolve, reject) => {
      let said = "";
      firefox.stderr.on("data", (chunk) => {
        said += chunk;
        const address = /WebDriver BiDi listening on (\S+)/.exec(said)?.[1];
        if (address) resolve(`${address}/session`);
      });
      firefox.once("error", reject);
      firefox.once("exit", (code) => reject(new Error(`Firefox ended with code ${code}: ${said}`)));
    });
    const session = await Session.start(endpoint);
    await session.end();
    return {
      endpoint,
      version: session.version,
      close: async () => {
        firefox.kill();
        await once(firefox, "exit");
        await rm(profile, { recursive: true });
      },
    };
  },

  async connect(endpoint: string): Promise<Connection> {
    const session = await Session.start(endpoint);
    return { tab: () => FirefoxTab.create(session), close: () => session.end() };
  },
};

export default engine;

/** The one session that Firefox has at a time: the test files take turns. */
class Session {
  version = "";
  readonly #socket: WebSocket;
  #lastId = 0;
  readonly #waiting = new Map<number, (message: Message) => void>();
  /** By the browsing context that reports. */
  readonly #pages = new Map<string, { report: Report; requests: Set<string> }>();

  static async start(endpoint: string): Promise<Session> {
    const session = new Session(new WebSocket(endpoint, { maxPayload: 0 }));
    await once(session.#socket, "open");
    const { capabilities } = await session.send("session.new", { capabilities: {} });
    session.version = capabilities.browserVersion;
    await session.send("session.subscribe", { events: ["log.entryAdded", "network.beforeRequestSent", "network.responseCompleted", "network.fetchError"] });
    return session;
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Message;
      if (message.type === "event") this.#hear(message);
      else this.#waiting.get(message.id)?.(message);
    });
  }

  async send(method: string, params: object): Promise<any> {
    const id = ++this.#lastId;
    const answered = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params }));
    const answer = await answered;
    this.#waiting.delete(id);
    if (answer.type === "error") throw new Error(`${method}: ${answer.error}: ${answer.message}`);
    return answer.result;
  }

  /** From now on `report` hears what a new page in `context` does; nobody without it. */
  listen(context: string, report?: Report): void {
    if (report) this.#pages.set(context, { report, requests: new Set() });
    else this.#pages.delete(context);
  }

  async end(): Promise<void> {
    await this.send("session.end", {});
    this.#socket.close();
  }

  #hear({ method, params }: Message): void {
    const page = this.#pages.get(params.context ?? params.source.context);
    if (!page) return;
    const { report, requests } = page;
    if (method === "log.entryAdded") return hearEntry(params, report);
    const { request, url } = params.request;
    if (method === "network.beforeRequestSent") requests.add(request);
    // The end of an earlier page's request is of no interest.
    else if (!requests.delete(request)) return;
    else if (method === "network.responseCompleted" && params.response.status >= 400) report("network", `${params.response.status} ${url}`);
    // Giving up a request is no failure.
    else if (method === "network.fetchError" && params.errorText !== "NS_BINDING_ABORTED") report("network", `${params.errorText} ${url}`);
  }
}

/** An answer or an event of BiDi. */
interface Message {
  type: "success" | "error" | "event";
  id: number;
  method: string;
  params: any;
  result: any;
  error: string;
  message: string;
}

function hearEntry({ type, level, method, text }: { type: string; level: string; method: string; text: string }, report: Report): void {
  if (type === "console" && method === "log") report("log", text);
  if (level !== "error") return;
  if (type === "console") report("error", text);
  else if (isBlocked(text)) report("network", text);
  else if (!isAboutWebSocket(text)) report("uncaught", text);
}

// Firefox's own remarks come as if they were errors of a script.

function isBlocked(text: string): boolean {
  return /^(Cross-Origin Request Blocked|Content-Security-Policy):/.test(text);
}

/** Also told of a websocket that the page itself gives up; the request's end tells the failures. */
function isAboutWebSocket(text: string): boolean {
  return /^(Firefox can’t establish a connection|The connection) to .*\bwss?:/.test(text);
}

/** A tab in a user context of its own. */
class FirefoxTab implements Tab {
  readonly #session: Session;
  readonly #context: string;
  readonly #userContext: string;

  static async create(session: Session): Promise<FirefoxTab> {
    const { userContext } = await session.send("browser.createUserContext", {});
    const { context } = await session.send("browsingContext.create", { type: "tab", userContext });
    return new FirefoxTab(session, context as string, userContext as string);
  }

  private constructor(session: Session, context: string, userContext: string) {
    this.#session = session;
    this.#context = context;
    this.#userContext = userContext;
  }

  async open(url: string, report: Report): Promise<void> {
    this.#session.listen(this.#context, report);
    await this.#navigate(url);
  }

  async evaluate<R>(expression: string): Promise<R> {
    const target = { context: this.#context };
    const { result, exceptionDetails } = await this.#session.send("script.evaluate", { expression: answerOf(expression), target, awaitPromise: true });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    const { value, error } = read(result.value as string);
    if (error !== undefined) throw new Error(error);
    return value as R;
  }

  async leave(): Promise<void> {
    this.#session.listen(this.#context);
    await this.#navigate("about:blank");
    await this.#session.send("storage.deleteCookies", { partition: { type: "storageKey", userContext: this.#userContext } });
  }

  #navigate(url: string): Promise<unknown> {
    return this.#session.send("browsingContext.navigate", { context: this.#context, url, wait: "complete" });
  }
}
