/**
 * What an app must see of one misbehaving connection, and what follows. An entry of `told` is what `told` in runner.ts
 * writes: the event with its reason, the error's code, the data.
 */
export interface Outcome {
  /** Everything the socket is told, in order. */
  readonly told: readonly string[];
  /** `retries`: it connects again by itself, each time after a longer delay. `rests`: it waits for `connect()`. `works`: nothing is wrong with the connection. */
  readonly then: "retries" | "rests" | "works";
  /** How many connections must go that way before the server is mended: default 2, with `retries`. */
  readonly rounds?: number;
  /** Whether other tasks of the page must have had their turn between the events "start" and "done". */
  readonly shares?: true;
}

/** Every attempt is one `connect_error`. */
export const refused = (code: string): Outcome => ({ told: [`connect_error ${code}`], then: "retries" });

/** The connection ends, for this reason and with this error, if there is one beside the reason. */
export const broken = (code = "E_PROTOCOL", reason = "parse error"): Outcome => ({ told: ["connect", `disconnect ${reason} ${code}`.trim()], then: "retries" });

/** The same, before the server has answered CONNECT. */
export const unjoined = (code = "E_PROTOCOL", reason = "parse error"): Outcome => ({ told: [`disconnect ${reason} ${code}`.trim()], then: "retries" });

/** The connection goes on, and the app gets these events and acks. */
export const works = (...data: readonly string[]): Outcome => ({ told: ["connect", ...data], then: "works" });

/** Exactly this, and then nothing by itself. */
export const rests = (...told: readonly string[]): Outcome => ({ told, then: "rests" });
