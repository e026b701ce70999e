import { describe, expect, it } from "vitest";

import { transportError } from "../host/error.js";
import { failure, probeError } from "./errors.js";

const DENIED = 7;

describe("a refusal by the server", () => {
  it.each([
    ['44{"message":"no","data":{"why":1}}', "no", { why: 1 }],
    ['44"no"', "no", undefined],
  ])("%s has the server's message and data", (frame, message, data) => {
    expect(failure(DENIED, frame, 2)).toMatchObject({ code: "E_DENIED", message, data });
  });

  it.each(["44", "44{", "44{}", "44[]", "44null", "447", '44""', '44{"message":""}', '44{"message":{"toString":1}}'])("%s has a message of our own", (frame) => {
    expect(failure(DENIED, frame, 2)).toMatchObject({ code: "E_DENIED", message: "refused by the server" });
  });
});

describe("a failed upgrade", () => {
  it.each(["websocket", "webtransport"])("to %s names it, and what it reported is the cause", (transport) => {
    const cause = transportError("E_CSP_CONNECT", `${transport} error`, "why");
    expect(probeError(cause)).toMatchObject({ message: `probe error: Error: ${transport} error`, transport, code: "E_CSP_CONNECT", cause });
  });

  it("of which nothing more is known is one of the network", () => {
    expect(probeError(undefined)).toMatchObject({ message: "probe error: Error: transport error", transport: undefined, code: "E_NETWORK" });
  });
});
