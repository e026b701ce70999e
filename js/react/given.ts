import { createContext, type Context } from "react";

import { FerrioError } from "../core/errors.js";
import type { Socket } from "../core/socket.js";

/** Where a provider's socket is found. */
export type SocketContext = Context<Socket<any, any> | undefined>;

/** That of the hooks that are exported as they are. */
export const Given: SocketContext = createContext<Socket<any, any> | undefined>(undefined);

/** `socket`, or an error that tells what to do. */
export function wanted(socket: Socket<any, any> | undefined): Socket<any, any> {
  if (socket) return socket;
  throw new FerrioError("E_NO_SOCKET", "no socket for this hook: render it inside SocketProvider, pass option socket, or give one to createSocketHooks()");
}
