import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Duplex } from "node:stream";
import { promisify } from "node:util";

import type { TestServer } from "../server.ts";

/**
 * WebTransport for a test's server. Node has no HTTP/3, so `front.py` speaks it, on the UDP port of the same number, and hands the bytes
 * of each session on by TCP. Here they become what engine.io's `onWebTransportSession` takes: the real server does all the rest.
 */
export class Front {
  /** The SHA-256 of its certificate: what `serverCertificateHashes` takes. */
  hash: number[] = [];
  /** Sessions so far. */
  sessions = 0;
  readonly #connections = new Set<Socket>();
  readonly #bridge: Server;
  #process: ChildProcess | undefined;

  /** `take`: gets the stream of each session instead of the server. */
  static async start(server: TestServer, take?: (stream: Socket) => void): Promise<Front> {
    const front = new Front(server, take);
    await front.#start(server.port);
    return front;
  }

  private constructor(server: TestServer, take?: (stream: Socket) => void) {
    this.#bridge = createServer((connection) => {
      this.sessions++;
      this.#connections.add(connection);
      connection.on("error", () => {}).on("close", () => this.#connections.delete(connection));
      if (take) take(connection);
      else (server.io.engine as unknown as { onWebTransportSession(session: object): unknown }).onWebTransportSession(session(connection));
    });
  }

  /** Ends every session. */
  cut(): void {
    for (const connection of this.#connections) connection.end();
  }

  async close(): Promise<void> {
    const front = this.#process;
    if (front?.exitCode === null) {
      await new Promise((resolve) => {
        front.once("exit", resolve);
        front.kill("SIGKILL");
      });
    }
    for (const connection of this.#connections) connection.destroy();
    this.#bridge.close();
  }

  async #start(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#bridge.listen(0, "127.0.0.1", resolve));
    const args = [join(import.meta.dirname, "front.py"), String(port), String((this.#bridge.address() as AddressInfo).port)];
    this.#process = spawn(await python(), args, { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await new Promise<string[]>((resolve, reject) => {
      this.#process!.once("error", reject).once("exit", (code) => reject(new Error(`front.py ended with ${code}`)));
      createInterface(this.#process!.stdout!).once("line", (...args) => resolve(args));
    });
    this.hash = [...Buffer.from(line!, "hex")];
  }
}

/** A session as engine.io takes it, with one stream. */
function session(connection: Socket): object {
  return {
    closed: new Promise((resolve) => connection.once("close", resolve)),
    incomingBidirectionalStreams: new ReadableStream({ start: (controller) => controller.enqueue(Duplex.toWeb(connection)) }),
    close: () => connection.end(),
  };
}

let ready: Promise<string> | undefined;

/** A Python with the packages of requirements.txt, made once for a machine. */
export function python(): Promise<string> {
  return (ready ??= install());
}

async function install(): Promise<string> {
  const call = promisify(execFile);
  const requirements = join(import.meta.dirname, "requirements.txt");
  const { stdout: version } = await call("python3", ["--version"]);
  const hash = createHash("sha256").update(version + readFileSync(requirements, "utf8")).digest("hex").slice(0, 12);
  const folder = join(process.env["FERRIO_CACHE"] ?? join(homedir(), ".cache", "ferrio"), `http3-${hash}`);
  const program = join(folder, "bin", "python");
  const works = () => call(program, ["-c", "import aioquic"]).then(() => true, () => false);
  if (await works()) return program;
  // Made beside it and moved when complete; of two that do this at once, the second leaves the first one's.
  const draft = `${folder}.${process.pid}`;
  await call("python3", ["-m", "venv", draft]).catch((cause: unknown) => {
    throw new Error("WebTransport's tests need Python 3.10 or newer with its module venv (Debian: python3-venv)", { cause });
  });
  await call(join(draft, "bin", "python"), ["-m", "pip", "install", "--quiet", "--no-deps", "--requirement", requirements]);
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!(await works())) throw error;
    rmSync(draft, { recursive: true, force: true });
  }
  return program;
}
