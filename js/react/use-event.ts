import { useEffect } from "react";

import type { Socket } from "../core/socket.js";
import { useRendered } from "./rendered.js";

type Handler = (...args: any[]) => unknown;

/** Calls `handler`, always the one rendered last, for each event; what it returns answers the server's ack. */
export function useEventOf(socket: Socket<any, any>, event: string, handler: Handler, enabled: boolean): void {
  const rendered = useRendered(handler);
  useEffect(() => {
    if (!enabled) return undefined;
    return listen(socket, event, (...args) => {
      const ack: unknown = args.at(-1);
      const result = rendered.current(...args);
      if (typeof ack !== "function" || result === undefined) return;
      // One that fails is an uncaught error, and nothing is acknowledged.
      void Promise.resolve(result).then((answer) => answer !== undefined && (ack as Handler)(answer));
    });
  }, [socket, event, enabled, rendered]);
}

/** Listens until what is returned is called. */
export function listen(socket: Socket<any, any>, event: string, listener: (...args: any[]) => void): () => void {
  socket.on(event, listener);
  return () => void socket.off(event, listener);
}
