import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { createInterface } from "node:readline";

/** A program of its own that ends with this process at the latest, and is stopped by its own id. */
export class Program {
  readonly #child: ChildProcess;
  readonly #name: string;
  /** The last lines of its stderr, for the message when it fails. */
  readonly #errors: string[] = [];
  readonly #exited: Promise<unknown>;

  constructor(command: string, args: readonly string[], name = command) {
    this.#name = name;
    const [first, ...rest] = [...tether, command, ...args] as [string, ...string[]];
    this.#child = spawn(first, rest, { stdio: ["ignore", "pipe", "pipe"] });
    alive.add(this.#child);
    this.#exited = new Promise((resolve) => {
      this.#child.once("close", resolve).once("error", (error) => resolve(this.#errors.push(String(error))));
    });
    void this.#exited.then(() => alive.delete(this.#child));
    createInterface(this.#child.stderr!).on("line", (line) => {
      this.#errors.push(line);
      if (this.#errors.length > 40) this.#errors.shift();
    });
  }

  /** Waits for the first line of stdout or stderr that fits; rejects when the program ends before. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    const { stdout, stderr } = this.#child;
    const found = new Promise<RegExpExecArray>((resolve) => {
      for (const stream of [stdout!, stderr!]) {
        createInterface(stream).on("line", (line) => {
          const match = pattern.exec(line);
          if (match) resolve(match);
        });
      }
    });
    const ended = this.#exited.then(() => this.#fail("ended before it was ready"));
    return Promise.race([found, ended]);
  }

  /** Waits until `ready` answers true; rejects when the program ends before. */
  async until(ready: () => Promise<boolean>): Promise<void> {
    while (!(await ready())) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) this.#fail("ended before it was ready");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Ends it: SIGKILL leaves it no time for a word, SIGTERM asks it to shut down. */
  async stop(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    if (!alive.has(this.#child)) return;
    this.#child.kill(signal);
    await this.#exited;
  }

  #fail(what: string): never {
    throw new Error(`${this.#name} ${what}:\n${this.#errors.join("\n")}`);
  }
}

/** Linux ends a program with its parent, also when that had no time to. */
const tether = existsSync("/usr/bin/setpriv") ? ["/usr/bin/setpriv", "--pdeathsig", "KILL"] : [];

const alive = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

/** Whether something listens on this port of 127.0.0.1. */
export async function listens(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Ports of 127.0.0.1 that are free now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
