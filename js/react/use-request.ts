import { useCallback, useEffect, useRef, useState } from "react";

import type { Socket } from "../core/socket.js";

/** Where a request stands. */
export type RequestState<T> =
  | { readonly status: "idle"; readonly data: undefined; readonly error: undefined }
  | { readonly status: "pending"; readonly data: T | undefined; readonly error: undefined }
  | { readonly status: "success"; readonly data: T; readonly error: undefined }
  | { readonly status: "error"; readonly data: T | undefined; readonly error: Error };

/** A request and what became of it. */
export type Request<Args extends any[], T> = RequestState<T> & {
  /** Emits the event and promises the server's answer; rejects when the time is over or the connection is. The same function at each render. */
  run: (...args: Args) => Promise<T>;
  /** Forgets the answer, and one that is still awaited. The same function at each render. */
  reset: () => void;
};

const IDLE = { status: "idle", data: undefined, error: undefined } as const;

/** Emits an event with an ack, when told to. Of several the state tells the last one's. */
export function useRequestOf(socket: Socket<any, any>, event: string, timeout: number | undefined): Request<any[], any> {
  const [state, setState] = useState<RequestState<any>>(IDLE);
  /** The request that counts; another one makes an answer stale. */
  const latest = useRef(0);
  const reset = useCallback(() => {
    latest.current++;
    setState(IDLE);
  }, []);
  // An answer for another event or socket is none for this one.
  useEffect(() => reset, [socket, event, reset]);
  const run = useCallback(
    (...args: any[]) => {
      const own = ++latest.current;
      const answer = request(socket, event, timeout, args, (next) => {
        if (own === latest.current) setState(next);
      });
      // Whoever does not wait for it sees in the state that it failed.
      answer.catch(() => {});
      return answer;
    },
    [socket, event, timeout],
  );
  return { ...state, run, reset };
}

/** Emits, and tells `settle` what becomes of it. */
async function request(
  socket: Socket<any, any>,
  event: string,
  timeout: number | undefined,
  args: any[],
  settle: (next: (before: RequestState<any>) => RequestState<any>) => void,
): Promise<any> {
  settle(({ data }) => ({ status: "pending", data, error: undefined }));
  try {
    const answer: unknown = await (timeout === undefined ? socket : socket.timeout(timeout)).emitWithAck(event, ...args);
    settle(() => ({ status: "success", data: answer, error: undefined }));
    return answer;
  } catch (error) {
    settle(({ data }) => ({ status: "error", data, error: error as Error }));
    throw error;
  }
}
