import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { BASE64, INPUT_DRAINED, INPUT_FAILED, INPUT_POLLED, TEXT } from "./abi.js";
import type { FerrioError } from "./error.js";
import type { ConnectOptions, Reports } from "./link.js";
import { PollingLink } from "./polling.js";

/** One request that waits for the test's answer. */
interface Request {
  url: URL;
  init: RequestInit & { headers: Headers };
  answer(status: number, text: string): Promise<void>;
  fail(error: Error): Promise<void>;
}

let requests: Request[];
let reported: unknown[][];
/** Called for each frame, as a listener would be. */
let onFrame: () => void;

const reports: Reports = {
  frame: (id, data) => {
    reported.push(["frame", id, data]);
    onFrame();
  },
  report: (...fields) => void reported.push(fields),
};

const link = (options: ConnectOptions = {}): PollingLink => new PollingLink(reports, 5, { secure: true, host: "h" }, options, "");
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  requests = [];
  reported = [];
  onFrame = () => {};
  vi.stubGlobal("fetch", (url: string, init: Request["init"]) => {
    return new Promise<Response>((resolve, reject) => {
      init.signal!.addEventListener("abort", () => reject(init.signal!.reason as Error));
      requests.push({
        url: new URL(url),
        init,
        answer: async (status, text) => {
          const response = new Response(text, { status });
          Object.defineProperty(response, "url", { value: url });
          resolve(response);
          await settle();
        },
        fail: async (error) => {
          reject(error);
          await settle();
        },
      });
    });
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a GET", () => {
  it("reports one frame for each piece, then that it is over", async () => {
    link().poll();
    await settle();
    await requests[0]!.answer(200, '42["a"]\x1e451-["b"]\x1ebAQ==\x1e2');
    expect(reported).toEqual([["frame", 5, '42["a"]'], ["frame", 5, '451-["b"]'], ["frame", 5, "bAQ=="], ["frame", 5, "2"], [INPUT_POLLED, 5]]);
  });

  it("stops in the middle of an answer when a listener closes", async () => {
    const polling = link();
    onFrame = () => polling.close();
    polling.poll();
    await settle();
    await requests[0]!.answer(200, "1\x1e2");
    expect(reported).toEqual([["frame", 5, "1"]]);
  });

  it("has the documented URL and request", async () => {
    const polling = link({ path: "/p", query: { a: "1 2", transport: "mine" }, extraHeaders: { "X-A": "1" } });
    polling.poll();
    polling.sid = "s";
    polling.poll();
    await settle();
    const [first, second] = requests;
    expect(first!.url.origin + first!.url.pathname).toBe("https://h/p/");
    expect([...first!.url.searchParams.keys()]).toEqual(["a", "transport", "EIO", "t"]);
    expect(first!.url.searchParams.get("transport")).toBe("polling");
    expect(second!.url.searchParams.get("sid")).toBe("s");
    expect(first!.url.searchParams.get("t")).not.toBe(second!.url.searchParams.get("t"));
    expect(first!.init).toMatchObject({ method: "GET", credentials: "same-origin" });
    expect([...first!.init.headers]).toEqual([["x-a", "1"]]);
  });

  it("heeds the options of its transport, as they are when it starts", async () => {
    const options: ConnectOptions = { withCredentials: false, transportOptions: { polling: { withCredentials: true, timestampRequests: false } } };
    const polling = link(options);
    options.query = { later: "1" };
    polling.poll();
    await settle();
    expect(requests[0]!.init.credentials).toBe("include");
    expect(requests[0]!.url.search).toBe("?later=1&EIO=4&transport=polling");
  });
});

describe("a POST", () => {
  it("carries all that was sent since the last, in order, also around a Blob", async () => {
    const polling = link();
    polling.send('42["a"]', undefined, 0);
    polling.send("\x1e42", '["b"]', TEXT);
    polling.send("\x1eb", new Blob([new Uint8Array([1])]), BASE64);
    polling.send("\x1eb", new Uint8Array([2]).subarray(0, 1), BASE64);
    polling.flush();
    polling.send("3", undefined, 0);
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    expect(requests[0]!.init).toMatchObject({ method: "POST", body: '42["a"]\x1e42["b"]\x1ebAQ==\x1ebAg==' });
    expect(requests[0]!.init.headers.get("content-type")).toBe("text/plain;charset=UTF-8");
    await requests[0]!.answer(200, "ok");
    expect(reported).toEqual([[INPUT_DRAINED, 5]]);
    polling.flush();
    await settle();
    expect(requests[1]!.init.body).toBe("3");
  });

  it("keeps its content type whatever the app's headers say", async () => {
    const polling = link({ extraHeaders: { "Content-Type": "application/json" } });
    polling.send("3", undefined, 0);
    polling.flush();
    await settle();
    expect(requests[0]!.init.headers.get("content-type")).toBe("text/plain;charset=UTF-8");
  });

  it("that would carry a Blob which cannot be read fails", async () => {
    const blob = new Blob();
    blob.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotReadableError"));
    const polling = link();
    polling.send("b", blob, BASE64);
    polling.flush();
    await vi.waitFor(() => expect(reported).toHaveLength(1));
    expect(reported[0]).toEqual([INPUT_FAILED, 5, expect.objectContaining({ message: "xhr post error" })]);
    expect(requests).toEqual([]);
  });
});

describe("a failure", () => {
  const failure = (): FerrioError => {
    expect(reported).toEqual([[INPUT_FAILED, 5, expect.any(Error)]]);
    return reported[0]![2] as FerrioError;
  };

  it("of the network says that it may be CORS", async () => {
    link().poll();
    await settle();
    const cause = new TypeError("Failed to fetch");
    await requests[0]!.fail(cause);
    expect(failure()).toMatchObject({ code: "E_NETWORK", message: "xhr poll error", cause, description: expect.stringContaining("CORS") as string });
  });

  it("by status names it, the URL without its query, and the beginning of the body", async () => {
    link({ query: { token: "secret" } }).poll();
    await settle();
    await requests[0]!.answer(502, "x".repeat(500));
    expect(failure()).toMatchObject({ code: "E_HTTP_STATUS", message: "xhr poll error", status: 502, description: 502, url: "https://h/socket.io/", body: "x".repeat(200) });
    expect(JSON.stringify(failure())).not.toContain("secret");
  });

  it("for a session that the server does not know hints at sticky sessions", async () => {
    link().poll();
    await settle();
    await requests[0]!.answer(400, '{"code":1,"message":"Session ID unknown"}');
    expect(failure()).toMatchObject({ code: "E_SESSION_UNKNOWN", hint: "sticky sessions" });
  });

  it("is a request that takes longer than requestTimeout", async () => {
    const polling = link({ requestTimeout: 100 });
    polling.poll();
    await vi.advanceTimersByTimeAsync(100);
    expect(failure()).toMatchObject({ code: "E_TIMEOUT" });
    polling.close();
    await settle();
    expect(reported).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is nothing that close() brings about", async () => {
    const polling = link({ requestTimeout: 100 });
    polling.poll();
    polling.send("3", undefined, 0);
    polling.flush();
    await settle();
    polling.close();
    await vi.advanceTimersByTimeAsync(1000);
    expect(requests.map(({ init }) => init.signal!.aborted)).toEqual([true, true]);
    expect(reported).toEqual([]);
  });
});
