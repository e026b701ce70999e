import { useContext } from "react";

import type { Socket } from "../core/socket.js";
import type { ExtendedError } from "../core/types.js";
import { Given, wanted } from "./given.js";
import { listen } from "./use-event.js";

/** Sockets that have been connected once: what happens to them later is no reason to wait. */
const ready = new WeakSet<Socket<any, any>>();

/** For the others: what they wait for. */
const waiting = new WeakMap<Socket<any, any>, Promise<void>>();

/** For those that will not connect by themselves: why. */
const failures = new WeakMap<Socket<any, any>, Error>();

/**
 * The socket, once it has been connected: until then the component suspends. Somebody above the `Suspense` must connect it, as
 * `SocketProvider` does. Throws the error when the server refuses it; after `socket.connect()` it waits again.
 * On a server it throws, so that the fallback is what is sent.
 * @param options `socket`: which one; default: the plain `SocketProvider`'s
 */
export function useReady<S extends Socket<any, any>>(options?: { socket?: S }): S {
  const above = useContext(Given);
  const socket = options?.socket ?? wanted(above);
  if (typeof window === "undefined") throw new Error("useReady() waits for a connection, and a server makes none: the fallback is rendered until the page is there");
  if (socket.connected) ready.add(socket);
  if (ready.has(socket)) return socket as S;
  // Kept until it is tried again: React renders more than once before it shows an error.
  const failure = socket.active ? undefined : failures.get(socket);
  // React waits for a promise, and catches an error, that is thrown while rendering.
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  throw failure ?? connecting(socket);
}

function connecting(socket: Socket<any, any>): Promise<void> {
  let promise = waiting.get(socket);
  if (!promise) {
    promise = new Promise((resolve) => {
      const over = (): void => {
        offs.forEach((off) => off());
        waiting.delete(socket);
        resolve();
      };
      const offs = [
        listen(socket, "connect", () => {
          ready.add(socket);
          over();
        }),
        listen(socket, "connect_error", (error: ExtendedError) => {
          if (error.retry?.willRetry) return;
          failures.set(socket, error);
          over();
        }),
      ];
    });
    waiting.set(socket, promise);
  }
  return promise;
}
