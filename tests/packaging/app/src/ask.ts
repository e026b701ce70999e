import type { Socket } from "ferrio";

export interface ServerToClient {
  welcome: (name: string) => void;
}
export interface ClientToServer {
  sum: (a: number, b: number, done: (result: number) => void) => void;
}

/** The server to talk to, from the page's address. */
export const server = new URLSearchParams(location.search).get("server") ?? "";

/** Puts the server's answer where the test looks for it. */
export async function ask(socket: Socket<ServerToClient, ClientToServer>): Promise<void> {
  const result: number = await socket.emitWithAck("sum", 20, 22);
  document.body.textContent = `The answer is ${result}`;
}
