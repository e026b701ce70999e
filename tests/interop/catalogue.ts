import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { ParserName } from "../e2e/harness/kit.ts";
import type { Mode } from "../e2e/harness/test.ts";
import type { Settings } from "./harness/settings.ts";

/** What is tested on every server. */
export const capabilities = {
  polling: "polling",
  websocket: "websocket from the start",
  upgrade: "upgrade from polling to websocket, nothing lost or reordered on the way",
  heartbeat: "the server's pings are answered, in its own intervals",
  acks: "acknowledgements both ways, several arguments, as callback and promise",
  binary: "binary both ways: nested, several attachments, in acknowledgements",
  push: "events from the server, in order, also before the namespace is joined",
  large: "300 KB as text and as binary, both ways",
  unicode: "any text",
  auth: "credentials accepted, refused, and accepted after a change",
  authData: "… with data beside the refusal's message",
  namespaces: "namespaces on one connection; one that does not exist is refused",
  ids: "each namespace's socket has an id of its own, which is not the session's",
  kick: "the server disconnects a socket, which may come back",
  leave: "the server learns that a socket has left",
  restart: "reconnects after the server was killed and started again",
  recovery: "connection state recovery: same id, no event lost",
  lostSession: "a session that the server does not know is told as `E_SESSION_UNKNOWN`",
  originPolling: "refuses a page of another origin, on polling",
  originWebsocket: "… and on websocket",
} as const;

export type Capability = keyof typeof capabilities;

/** A server under test: one column of the table in docs/servers.md. */
export interface Entry {
  /** Servers of one group need the same programs. */
  group: Group;
  /** Heading of the column. */
  title: string;
  /** What exactly runs. */
  about: string;
  /** Started as two nodes with Redis behind nginx. */
  cluster?: "sticky" | "spread";
  settings: Partial<Settings>;
  modes: readonly Mode["name"][];
  /** What the server says of itself by default, in milliseconds and bytes. */
  handshake: { pingInterval: number; pingTimeout: number; maxPayload?: number };
  /** Milliseconds below which the server announces a wrong interval; default: none. */
  shortestPing?: number;
  /** Message of the refusal of a namespace that does not exist. */
  unknownNamespace: string;
  /** What does not work there, and why: tested as well, as far as it can be. */
  lacks: Partial<Record<Capability, string>>;
  /** What this column leaves to the same server's other column. */
  elsewhere?: readonly Capability[];
}

export type Group = "npm" | "python" | "socketioxide" | "cluster";

const ALL_MODES = ["polling", "websocket", "upgrade"] as const;
/** What is the business of Engine.IO or HTTP, and so the same with every parser. */
const BELOW_THE_PARSER: readonly Capability[] = ["heartbeat", "restart", "lostSession", "originPolling", "originWebsocket"];
const NO_ORIGIN_CHECK = "browsers do not apply CORS to websockets, and the server does not look at `Origin` itself";

const npm4: Entry = {
  group: "npm",
  title: "`socket.io` 4",
  about: `npm \`socket.io\` ${npmVersion("socket.io")}, recovery in memory`,
  settings: { package: "socket.io", recovery: true },
  modes: ALL_MODES,
  handshake: { pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000 },
  unknownNamespace: "Invalid namespace",
  lacks: { originWebsocket: NO_ORIGIN_CHECK },
};

const npm3: Entry = {
  group: "npm",
  title: "`socket.io` 3",
  about: `npm \`socket.io\` ${npmVersion("socket.io-3")}`,
  settings: { package: "socket.io-3" },
  modes: ALL_MODES,
  handshake: { pingInterval: 25_000, pingTimeout: 5_000 },
  unknownNamespace: "Invalid namespace",
  lacks: { recovery: "came with 4.6", originWebsocket: NO_ORIGIN_CHECK },
};

const python: Entry = {
  group: "python",
  title: "python-socketio",
  about: `PyPI \`python-socketio\` ${pythonVersion("python-socketio")} with \`uvicorn\` ${pythonVersion("uvicorn")} and \`websockets\` ${pythonVersion("websockets")}`,
  settings: {},
  modes: ALL_MODES,
  handshake: { pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000 },
  shortestPing: 1000,
  unknownNamespace: "Unable to connect",
  lacks: { recovery: "python-socketio does not have it" },
};

const socketioxide: Entry = {
  group: "socketioxide",
  title: "socketioxide",
  about: `crates.io \`socketioxide\` ${crateVersion("socketioxide")} with \`axum\` ${crateVersion("axum")}`,
  settings: {},
  modes: ALL_MODES,
  handshake: { pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000 },
  unknownNamespace: "Invalid namespace",
  lacks: {
    authData: "a middleware's error is a text",
    ids: "the session's id is the id in every namespace: treat it as the secret it is, and do not show it to other users",
    recovery: "socketioxide does not have it",
    originWebsocket: NO_ORIGIN_CHECK,
  },
};

const sticky: Entry = {
  ...npm4,
  group: "cluster",
  title: "cluster, sticky",
  about: `2 × npm \`socket.io\` ${npmVersion("socket.io")} with \`@socket.io/redis-streams-adapter\` ${npmVersion("@socket.io/redis-streams-adapter")} on Redis, behind nginx with \`ip_hash\``,
  cluster: "sticky",
  elsewhere: ["heartbeat", "lostSession"],
};

const spread: Entry = {
  ...sticky,
  title: "cluster, not sticky",
  about: "the same nodes, behind nginx with requests in turn",
  cluster: "spread",
  modes: ["websocket"],
  elsewhere: [...(sticky.elsewhere ?? []), "originPolling"],
  lacks: {
    ...sticky.lacks,
    polling: "requests of one session reach both nodes: `E_SESSION_UNKNOWN`",
    upgrade: "begins with polling",
  },
};

const msgpack = (entry: Entry): Entry => ({
  ...entry,
  title: `${entry.title}, msgpack`,
  about: `${entry.title} with the format of \`socket.io-msgpack-parser\` ${npmVersion("socket.io-msgpack-parser")}`,
  settings: { ...entry.settings, msgpack: true },
  elsewhere: BELOW_THE_PARSER,
});

/** The columns of the table. */
export const catalogue: readonly Entry[] = [npm4, npm3, python, socketioxide, sticky, spread, msgpack(npm4), msgpack(python), msgpack(socketioxide)];

/** The parsers that a page can speak msgpack with. A row runs for each that is `ready`. */
export const msgpackParsers: readonly { name: string; parser: ParserName; ready: boolean }[] = [
  { name: "`ferrio/msgpack`", parser: "msgpack", ready: true },
  { name: "npm `socket.io-msgpack-parser`", parser: "official", ready: true },
];

/** The groups of servers to test: all, or those that the environment variable `INTEROP` names. */
export function groups(): readonly Group[] {
  const all: readonly Group[] = [...new Set(catalogue.map(({ group }) => group))];
  const wanted = process.env["INTEROP"]?.split(",") ?? all;
  const unknown = wanted.find((name) => !all.includes(name as Group));
  if (unknown !== undefined) throw new Error(`INTEROP names "${unknown}"; the groups are ${all.join(", ")}`);
  return all.filter((group) => wanted.includes(group));
}

function npmVersion(name: string): string {
  return versionIn("../package.json", new RegExp(`"${name}": ?"(?:npm:[^"]+@)?([\\d.]+)"`));
}

function pythonVersion(name: string): string {
  return versionIn("python/requirements.txt", new RegExp(`^${name}==(.+)$`, "m"));
}

function crateVersion(name: string): string {
  return versionIn("socketioxide/Cargo.lock", new RegExp(`^name = "${name}"\nversion = "(.+)"$`, "m"));
}

function versionIn(file: string, pattern: RegExp): string {
  const version = pattern.exec(readFileSync(join(import.meta.dirname, file), "utf8"))?.[1];
  if (version === undefined) throw new Error(`no ${pattern} in ${file}`);
  return version;
}
