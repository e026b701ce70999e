import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { BASE64, INPUT_DRAINED, INPUT_FAILED, INPUT_POLLED, TEXT } from "./abi.js";
import type { FerrioError } from "./error.js";
import type { ConnectOptions, Reports } from "./link.js";
import { watch } from "./page.js";
import { PollingLink } from "./polling.js";

/** One request that waits for the test's answer. */
interface Request {
  url: URL;
  init: RequestInit & { headers: Headers };
  answer(status: number, body: BodyInit): Promise<void>;
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
/** What the browser makes of a request. */
const sent = (request: Request | undefined): globalThis.Request => new globalThis.Request(request!.url, request!.init);
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

/** A body that comes piece by piece, and does not end by itself once `pieces` have come. */
class Endless extends ReadableStream<Uint8Array> {
  readonly state: { given: number; cancelled: boolean };

  constructor(piece: string, pieces = Infinity) {
    const bytes = new TextEncoder().encode(piece);
    const state = { given: 0, cancelled: false };
    super({
      pull: (controller) => {
        if (state.given++ < pieces) controller.enqueue(bytes);
        else return new Promise(() => {});
      },
      cancel: () => void (state.cancelled = true),
    });
    this.state = state;
  }
}

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
        answer: async (status, body) => {
          const response = new Response(body, { status });
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

  it("decodes characters that two pieces of the body share", async () => {
    link().poll();
    await settle();
    const bytes = new TextEncoder().encode("4\u20ac\x1e\ud83d\ude00");
    await requests[0]!.answer(200, new ReadableStream({ start: (controller) => (bytes.forEach((byte) => controller.enqueue(Uint8Array.of(byte))), controller.close()) }));
    expect(reported).toEqual([["frame", 5, "4\u20ac"], ["frame", 5, "\ud83d\ude00"], [INPUT_POLLED, 5]]);
  });

  describe("with very many packets", () => {
    const COUNT = 12_000;
    const body = Array.from({ length: COUNT }, (_, packet) => `${packet}`).join("\x1e");
    const handedIn = (): unknown[] => reported.filter(([what]) => what === "frame").map(([, , frame]) => frame);

    it("gives the page its turn now and then, and keeps their order", async () => {
      const turns: number[] = [];
      onFrame = () => {
        if (reported.length % 5000 === 1) setTimeout(() => turns.push(reported.length));
      };
      link().poll();
      await settle();
      await requests[0]!.answer(200, body);
      for (let i = 0; i < 3; i++) await vi.advanceTimersByTimeAsync(1);
      expect(turns).toEqual([4999, 9999, COUNT + 1]);
      expect(handedIn().join("\x1e")).toBe(body);
      expect(reported.at(-1)).toEqual([INPUT_POLLED, 5]);
    });

    it("stops at a turn of the page in which it is closed", async () => {
      const polling = link();
      polling.poll();
      await settle();
      onFrame = () => {
        if (reported.length === 1) setTimeout(() => polling.close());
      };
      await requests[0]!.answer(200, body);
      for (let i = 0; i < 3; i++) await vi.advanceTimersByTimeAsync(1);
      expect(reported.length).toBe(4999);
    });

    it("takes no pause in a hidden page, whose timers are slow", async () => {
      vi.stubGlobal("document", { hidden: true });
      const paused = vi.spyOn(globalThis, "setTimeout");
      link().poll();
      await settle();
      await requests[0]!.answer(200, body);
      expect(reported.length).toBe(COUNT + 1);
      expect(paused).not.toHaveBeenCalled();
    });
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
    expect(sent(first)).toMatchObject({ method: "GET", credentials: "same-origin" });
    expect([...sent(first).headers]).toEqual([["x-a", "1"]]);
  });

  it("heeds the options of its transport, as they are when it starts", async () => {
    const options: ConnectOptions = { withCredentials: false, transportOptions: { polling: { withCredentials: true, timestampRequests: false } } };
    const polling = link(options);
    options.query = { later: "1" };
    polling.poll();
    await settle();
    expect(sent(requests[0]).credentials).toBe("include");
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
    expect(sent(requests[0]).headers.get("content-type")).toBe("text/plain;charset=UTF-8");
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
    expect(sent(requests[0]).headers.get("content-type")).toBe("text/plain;charset=UTF-8");
  });

  it("is over with its answer's head, whose body is not waited for", async () => {
    const polling = link();
    polling.send("3", undefined, 0);
    polling.flush();
    await settle();
    const body = new Endless("ok");
    await requests[0]!.answer(200, body);
    expect(reported).toEqual([[INPUT_DRAINED, 5]]);
    expect(body.state.cancelled).toBe(true);
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
    await settle();
    expect(failure()).toMatchObject({ code: "E_NETWORK", message: "xhr poll error", cause, description: 0, hint: expect.stringContaining("CORS") as string });
  });

  it("by status names it, the URL without its query, and the beginning of the body", async () => {
    link({ query: { token: "secret" } }).poll();
    await settle();
    await requests[0]!.answer(502, "x".repeat(500));
    expect(failure()).toMatchObject({ code: "E_HTTP_STATUS", message: "xhr poll error", status: 502, description: 502, url: "https://h/socket.io/", body: "x".repeat(200) });
    expect(JSON.stringify(failure())).not.toContain("secret");
  });

  it.each([
    ["Engine.IO", '{"code":1,"message":"Session ID unknown"}', '{"code":1,"message":"Session ID unknown"}'],
    ["socketioxide", '{"code":"1","message":"Session ID unknown"}', '{"code":"1","message":"Session ID unknown"}'],
    ["python-socketio, without naming it", '"Invalid session s-1d"', '"Invalid session "'],
  ])("for a session that the server does not know hints at sticky sessions: %s", async (_, answer, body) => {
    const polling = link();
    polling.sid = "s-1d";
    polling.poll();
    await settle();
    await requests[0]!.answer(400, answer);
    expect(failure()).toMatchObject({ code: "E_SESSION_UNKNOWN", hint: "sticky sessions", body });
  });

  it.each(['{"code":10}', '{"code":"3"}', '{"message":"Invalid session"}'])("of another kind is none of the session: %s", async (answer) => {
    link().poll();
    await settle();
    await requests[0]!.answer(400, answer);
    expect(failure()).toMatchObject({ code: "E_HTTP_STATUS", body: answer });
  });

  it("names no session where the body is cut", async () => {
    const polling = link();
    polling.sid = "secret";
    polling.poll();
    await settle();
    await requests[0]!.answer(404, `${"x".repeat(197)}secret`);
    expect(failure().body).toBe("x".repeat(197));
  });

  it("does not wait for the end of an error's body", async () => {
    link().poll();
    await settle();
    const body = new Endless("x".repeat(300));
    await requests[0]!.answer(500, body);
    expect(failure()).toMatchObject({ code: "E_HTTP_STATUS", body: "x".repeat(200) });
    expect(body.state.cancelled).toBe(true);
  });

  it("waits a second for an error's body that does not come", async () => {
    link().poll();
    await settle();
    await requests[0]!.answer(500, new Endless("beginning", 1));
    expect(reported).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(failure()).toMatchObject({ code: "E_HTTP_STATUS", body: "beginning" });
  });

  it("is a body above 50 MiB, of which no more is read", async () => {
    link().poll();
    await settle();
    const body = new Endless("6\x1e".repeat(2 ** 19));
    await requests[0]!.answer(200, body);
    await vi.waitFor(() => expect(reported).toHaveLength(1));
    expect(failure()).toMatchObject({ code: "E_PAYLOAD_TOO_LARGE", message: "xhr poll error" });
    expect(body.state.cancelled).toBe(true);
    expect(body.state.given).toBeLessThan(55);
  });

  it("of a request that the page's policy forbids says so, and only of that one", async () => {
    const page = new EventTarget();
    vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
    watch({ beforeunload: false, armed: false, network: () => {} }, true);
    const violate = (blockedURI: string): boolean => page.dispatchEvent(Object.assign(new Event("securitypolicyviolation"), { blockedURI, disposition: "enforce" }));
    for (const [address, code] of [["https://elsewhere/", "E_NETWORK"], [undefined, "E_CSP_CONNECT"]] as const) {
      link().poll();
      await settle();
      const { url, fail } = requests.pop()!;
      // The browser tells it in a task behind the failure.
      setTimeout(() => violate(address ?? url.href));
      await fail(new TypeError("Failed to fetch"));
      await settle();
      expect(failure()).toMatchObject({ code, message: "xhr poll error" });
      reported = [];
    }
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
