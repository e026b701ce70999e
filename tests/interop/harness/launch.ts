import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { inject } from "vitest";

import type { Entry } from "../catalogue.ts";
import { freePorts, listens, Program } from "./process.ts";
import { nginxConfig } from "./nginx.ts";
import type { Settings } from "./settings.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Paths of what the servers are started with. */
    programs: Partial<Record<"node" | "python" | "socketioxide" | "nginx" | "redis", string>>;
  }
}

export interface Running {
  readonly port: number;
  readonly url: string;
  /** Kills it without a word; `start` brings it back on the same port, and it knows nothing any more. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Starts the server, or the cluster, of `entry`. */
export async function launch(entry: Entry, settings: Pick<Settings, "origins"> & Partial<Settings>): Promise<Running> {
  const full = { ...entry.settings, ...settings };
  const running = entry.cluster ? await Cluster.launch(entry.cluster, full) : new Server(entry, full);
  await running.start();
  return running;
}

/** One server in a process of its own. */
export class Server implements Running {
  port = 0;
  readonly #entry: Entry;
  readonly #settings: Omit<Settings, "port">;
  #program: Program | undefined;

  constructor(entry: Entry, settings: Omit<Settings, "port">) {
    this.#entry = entry;
    this.#settings = settings;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Its name as a node of a cluster. */
  get name(): string | undefined {
    return this.#settings.node;
  }

  async start(): Promise<void> {
    const [command, ...args] = commandOf(this.#entry);
    const settings: Settings = { ...this.#settings, port: this.port };
    this.#program = new Program(command, [...args, JSON.stringify(settings)], this.#entry.about);
    this.port = Number((await this.#program.line(/^listening (\d+)$/))[1]);
  }

  kill(): Promise<void> {
    return this.#program?.stop() ?? Promise.resolve();
  }

  /** Lets it say goodbye as its maker meant it. */
  shutDown(): Promise<void> {
    return this.#program?.stop("SIGTERM") ?? Promise.resolve();
  }
}

/** Two nodes that share a Redis server, behind nginx on two ports: one with sticky sessions, one without. */
export class Cluster implements Running {
  readonly nodes: readonly Server[];
  readonly #redis: Program;
  readonly #folder: string;
  readonly #kind: "sticky" | "spread";
  #ports = { sticky: 0, spread: 0 };
  #nginx: Program | undefined;

  static async launch(kind: "sticky" | "spread", settings: Omit<Settings, "port">): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), "ferrio-interop-"));
    const socket = join(folder, "redis.sock");
    const args = ["--port", "0", "--unixsocket", socket, "--dir", folder, "--save", "", "--appendonly", "no"];
    const redis = new Program(inject("programs").redis!, args);
    await redis.line(/ready to accept connections at/);
    return new Cluster(kind, { ...settings, redis: socket }, redis, folder);
  }

  private constructor(kind: "sticky" | "spread", settings: Omit<Settings, "port">, redis: Program, folder: string) {
    this.#kind = kind;
    this.#redis = redis;
    this.#folder = folder;
    this.nodes = ["a", "b"].map((node) => new Server(NODE, { ...settings, node }));
  }

  get port(): number {
    return this.#ports[this.#kind];
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** nginx last: a session that begins on one node while the other is not back yet would be sent to the other later. */
  async start(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.start()));
    await this.#startNginx();
  }

  /** Kills the nodes, at once so that no session is saved or moves, and nginx; Redis stays. */
  async kill(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    await this.#nginx?.stop();
  }

  /** Stops everything and removes the folder. */
  async close(): Promise<void> {
    await this.kill();
    await this.#redis.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** nginx cannot choose its ports itself, and one that was free a moment ago may be taken. Once chosen they stay the same. */
  async #startNginx(attempts = 5): Promise<void> {
    let { sticky, spread } = this.#ports;
    if (sticky === 0) [sticky, spread] = (await freePorts(2)) as [number, number];
    const config = join(this.#folder, "nginx.conf");
    await writeFile(config, nginxConfig({ folder: this.#folder, sticky, spread, nodes: this.nodes.map(({ port }) => port) }));
    const nginx = new Program(inject("programs").nginx!, ["-e", "stderr", "-p", this.#folder, "-c", config]);
    try {
      await nginx.until(async () => (await listens(sticky)) && (await listens(spread)));
    } catch (error) {
      await nginx.stop();
      if (attempts === 1) throw error;
      return this.#startNginx(attempts - 1);
    }
    this.#nginx = nginx;
    this.#ports = { sticky, spread };
  }
}

/** Stops for good what `launch` started. */
export function close(running: Running): Promise<void> {
  return running instanceof Cluster ? running.close() : running.kill();
}

const NODE = { group: "npm", about: "node of the cluster" } as Entry;

function commandOf({ group }: Entry): [string, ...string[]] {
  const programs = inject("programs");
  const folder = join(import.meta.dirname, "..");
  switch (group) {
    case "npm":
    case "cluster":
      return [programs.node!, join(folder, "node/server.mjs")];
    case "python":
      return [programs.python!, join(folder, "python/server.py")];
    case "socketioxide":
      return [programs.socketioxide!];
  }
}
