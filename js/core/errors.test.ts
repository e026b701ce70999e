import { describe, expect, it } from "vitest";

import { failure } from "./errors.js";

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
