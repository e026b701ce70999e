import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";

/** Which client the page imports as "client". Chosen by the environment variable `E2E_CLIENT`; default `ferrio`. */
export type ClientName = "ferrio" | "peer";

export interface Client {
  readonly name: ClientName;
  /** Folder served under `/ferrio/` or `/peer/`. */
  readonly folder: string;
  /** Path of the client's ES module as the page requests it. */
  readonly entry: string;
}

const peer: Client = {
  name: "peer",
  folder: join(dirname(createRequire(import.meta.url).resolve("socket.io-client/package.json")), "dist"),
  entry: "/peer/socket.io.esm.min.js",
};

const ferrio: Client = {
  name: "ferrio",
  folder: join(import.meta.dirname, "../../../pkg/dist"),
  entry: "/ferrio/index.js",
};

export const clients: Record<ClientName, Client> = { ferrio, peer };

/** The client under test. */
export const client: Client = chosen(process.env["E2E_CLIENT"] ?? "ferrio");

export const isPeer = client.name === "peer";

/** Throws with the remedy when the client has not been built yet. */
export function assertClientExists(): void {
  const file = join(client.folder, client.entry.slice(client.entry.lastIndexOf("/") + 1));
  if (!existsSync(file)) throw new Error(`${file} does not exist: run \`npm run build\` first, or set E2E_CLIENT=peer`);
}

function chosen(name: string): Client {
  const client = clients[name as ClientName] as Client | undefined;
  if (!client) throw new Error(`E2E_CLIENT is "${name}"; it must be "ferrio" or "peer"`);
  return client;
}
