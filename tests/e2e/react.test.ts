import { renderToPipeableStream, renderToString } from "react-dom/server";
import { createElement } from "react";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";

import type { ReactBuild } from "./harness/kit.ts";
import { describe, expect, ferrioOnly as test } from "./harness/test.ts";

const builds: (ReactBuild & { name: string })[] = (["19", "18"] as const).flatMap((version) =>
  (["development", "production"] as const).map((mode) => ({ name: `React ${version}, ${mode} build`, version, mode })),
);

describe.each(builds)("$name", (build) => {
  test("one handshake for all components, under StrictMode, over ten rounds of mounting; then nothing is left", async ({ serve, visit }) => {
    const server = await serve((io) => io.on("connection", (socket) => socket.emit("hello", 1)));
    const page = await visit(server);
    const seen = await page.run(async ({ react, url, until }, build) => {
      const { React, createRoot, flushSync, hooks } = await react(build);
      const e = React.createElement;
      const heard: number[] = [];
      let socket: any;
      const Leaf = () => {
        const own = hooks.useSocket(url, { reconnectionDelay: 50 });
        socket = own.socket;
        hooks.useEvent("hello", (n: number) => void heard.push(n), { socket: own.socket });
        return e("i", null, own.status);
      };
      const root = createRoot(document.body.appendChild(document.createElement("div")));
      const app = e(React.StrictMode, null, e(Leaf), e(Leaf));
      for (let round = 0; round < 10; round++) {
        flushSync(() => root.render(app));
        flushSync(() => root.render(null));
      }
      flushSync(() => root.render(app));
      await until(() => heard.length === 2, "both components to hear");
      const text = document.body.textContent;
      const first = socket;
      // And with pauses in between, in which the connection is given up.
      root.render(null);
      await until(() => !first.connected, "the connection to end");
      const names = ["hello", "connect", "disconnect", "connect_error"];
      const left = [...names.map((name) => first.listeners(name).length), ...["open", "reconnect_attempt", "reconnect_failed"].map((name) => first.io.listeners(name).length)];
      root.unmount();
      return { heard, text, left, active: first.active };
    }, build);
    expect(seen).toEqual({ heard: [1, 1], text: "connectedconnected", left: Array(7).fill(0), active: false });
    expect(server.attempts).toBe(1);
  });

  test("every event of a burst of 10,000 is reduced, in order; a latest value renders at most once per frame", async ({ serve, visit }) => {
    const server = await serve((io) =>
      io.on("connection", (socket) => {
        socket.on("go", () => {
          for (let n = 0; n < 10_000; n++) socket.emit("n", n);
          socket.emit("end");
        });
      }),
    );
    const page = await visit(server);
    const seen = await page.run(async ({ react, url, until }, build) => {
      const { React, createRoot, hooks } = await react(build);
      const e = React.createElement;
      const state = { frames: 0, renders: 0, latest: -1, order: true, count: 0, ended: false, emit: undefined as any };
      const Reducer = () => {
        const { count, order } = hooks.useEventReducer(
          { n: (before: any, n: number) => ({ count: before.count + 1, order: before.order && n === before.count }) },
          () => ({ count: 0, order: true }),
        );
        React.useEffect(() => void Object.assign(state, { count, order }));
        return null;
      };
      const Latest = () => {
        const latest = hooks.useLatest("n", { initial: -1, coalesce: "frame" });
        hooks.useEvent("end", () => void (state.ended = true));
        React.useEffect(() => void Object.assign(state, { latest, renders: state.renders + 1 }));
        return null;
      };
      const Emit = () => {
        const { emit, isConnected } = hooks.useSocket();
        React.useEffect(() => void (state.emit = isConnected && emit));
        return null;
      };
      const root = createRoot(document.body.appendChild(document.createElement("div")));
      const count = () => {
        state.frames++;
        requestAnimationFrame(count);
      };
      requestAnimationFrame(count);
      root.render(e(hooks.SocketProvider, { url }, e(Reducer), e(Latest), e(Emit)));
      await until(() => state.emit, "the connection");
      state.emit("go");
      await until(() => state.ended && state.count === 10_000 && state.latest === 9_999, "all events");
      const { order, renders, frames } = state;
      root.unmount();
      return { order, enough: renders <= frames + 2, renders };
    }, build);
    expect(seen).toMatchObject({ order: true, enough: true });
  });

  test("a component that selects one field renders for that field only", async ({ serve, visit, proxy }) => {
    const server = await serve();
    const between = await proxy(server);
    const page = await visit(between, { faults: true });
    const first = await page.run(async ({ react, url, until, state }, build) => {
      const { React, createRoot, hooks } = await react(build);
      const e = React.createElement;
      const renders = (state["renders"] = { transport: [] as unknown[], all: [] as string[], pair: 0 });
      const Transport = () => {
        const transport = hooks.useConnection((state: any) => state.transport);
        React.useEffect(() => void renders.transport.push(transport));
        return null;
      };
      const Pair = () => {
        hooks.useConnection(({ recovered }: any) => ({ recovered }));
        React.useEffect(() => void renders.pair++);
        return null;
      };
      const All = () => {
        const connection = (state["connection"] = hooks.useConnection());
        React.useEffect(() => void renders.all.push(connection.status));
        return null;
      };
      const root = (state["root"] = createRoot(document.body.appendChild(document.createElement("div"))));
      root.render(e(hooks.SocketProvider, { url, options: { transports: ["websocket"], reconnectionDelay: 50 } }, e(Transport), e(Pair), e(All)));
      await until(() => state["connection"]?.isConnected, "the connection");
      const { rtt, id, attempt, error } = state["connection"];
      return { rtt: rtt >= 0, id: typeof id, attempt, error };
    }, build);
    await server.kill();
    const lost = await page.run(async ({ until, state }) => {
      await until(() => state["connection"].isReconnecting && state["connection"].attempt > 0, "an attempt to reconnect");
      const { status, error, id } = state["connection"];
      return { status, error: error?.message, id };
    });
    await server.restart();
    const renders = await page.run(async ({ until, state }) => {
      await until(() => state["connection"].isConnected, "the connection again");
      state["root"].unmount();
      return state["renders"] as { transport: unknown[]; all: string[]; pair: number };
    });
    expect(renders.transport).toEqual([undefined, "websocket", undefined, "websocket"]);
    expect(renders.pair).toBe(1);
    expect([...new Set(renders.all)]).toEqual(["disconnected", "connecting", "connected", "reconnecting"]);
    expect(first).toEqual({ rtt: true, id: "string", attempt: 0 });
    expect(lost).toEqual({ status: "reconnecting", error: expect.any(String) });
  });

  test("handlers are the ones rendered last, are added once, and answer the server", async ({ serve, visit }) => {
    const answers: unknown[] = [];
    const server = await serve((io) =>
      io.on("connection", (socket) => {
        socket.on("ask", async (done) => {
          answers.push(await socket.emitWithAck("question", 2), await socket.emitWithAck("later", 3));
          done();
        });
      }),
    );
    const page = await visit(server);
    const seen = await page.run(async ({ react, url, until }, build) => {
      const { React, createRoot, flushSync, hooks } = await react(build);
      const e = React.createElement;
      let socket: any;
      let added = 0;
      const Asked = ({ factor }: { factor: number }) => {
        ({ socket } = hooks.useSocket());
        hooks.useEvent("question", (n: number) => n * factor);
        hooks.useEvent("later", async (n: number) => n * factor);
        return null;
      };
      const root = createRoot(document.body.appendChild(document.createElement("div")));
      const render = (factor: number) => flushSync(() => root.render(e(hooks.SocketProvider, { url }, e(Asked, { factor }))));
      render(1);
      await until(() => socket.connected, "the connection");
      const { on } = socket;
      socket.on = function (...args: unknown[]) {
        added++;
        return on.apply(this, args);
      };
      for (let factor = 2; factor <= 10; factor++) render(factor);
      await socket.emitWithAck("ask");
      root.unmount();
      return { added };
    }, build);
    expect(seen).toEqual({ added: 0 });
    expect(answers).toEqual([20, 30]);
  });

  test("a request tells where it stands; the last one counts", async ({ serve, visit }) => {
    const server = await serve((io) =>
      io.on("connection", (socket) => {
        socket.on("double", (n, answer) => answer(2 * n));
        socket.on("silence", () => {});
      }),
    );
    const page = await visit(server);
    const seen = await page.run(async ({ react, url, until }, build) => {
      const { React, createRoot, hooks } = await react(build);
      const e = React.createElement;
      const states: unknown[] = [];
      let double: any;
      let silence: any;
      const Asks = () => {
        double = hooks.useRequest("double");
        silence = hooks.useRequest("silence", { timeout: 100 });
        const { status, data } = double;
        React.useEffect(() => void states.push([status, data]), [status, data]);
        return null;
      };
      const root = createRoot(document.body.appendChild(document.createElement("div")));
      root.render(e(hooks.SocketProvider, { url }, e(Asks)));
      await until(() => double, "the component");
      const { run } = double;
      const answers = await Promise.all([run(1), run(2)]);
      await until(() => double.status === "success", "the state");
      const same = double.run === run;
      const failed = await silence.run().catch((error: any) => error.code);
      // Nobody catches this one: the state has it.
      silence.run();
      await until(() => silence.status === "error" && silence.error, "the failure");
      const code = silence.error.code;
      silence.reset();
      await until(() => silence.status === "idle", "the reset");
      root.unmount();
      return { answers, states, same, failed, code };
    }, build);
    expect(seen).toEqual({ answers: [2, 4], states: [["idle", undefined], ["pending", undefined], ["success", 4]], same: true, failed: "E_TIMEOUT", code: "E_TIMEOUT" });
  });

  test("a subscription is joined once for all, left by the last, and joined again after a reconnect", async ({ serve, visit, proxy }) => {
    const log: string[] = [];
    const server = await serve((io) =>
      io.on("connection", (socket) => {
        socket.on("join", (room, answer) => {
          log.push(`join ${room}`);
          answer("ok");
        });
        socket.on("leave", (room) => log.push(`leave ${room}`));
      }),
    );
    const between = await proxy(server);
    const page = await visit(between, { faults: true });
    await page.run(async ({ react, url, until, state }, build) => {
      const { React, createRoot, hooks } = await react(build);
      const e = React.createElement;
      const seen: Record<string, string> = (state["seen"] = {});
      const Member = ({ name, room }: { name: string; room: string }) => {
        state["socket"] = hooks.useSocket().socket;
        const { status } = hooks.useSubscription({
          key: room,
          join: (socket: any) => socket.emitWithAck("join", room),
          leave: (socket: any) => socket.emit("leave", room),
        });
        React.useEffect(() => void (seen[name] = status));
        return null;
      };
      const root = createRoot(document.body.appendChild(document.createElement("div")));
      const render = (...members: string[]) =>
        root.render(
          e(React.StrictMode, null, e(hooks.SocketProvider, { url, options: { reconnectionDelay: 50 } }, members.map((name) => e(Member, { key: name, name, room: name[0] })))),
        );
      Object.assign(state, { root, render });
      render("a1", "a2", "b1");
      await until(() => ["a1", "a2", "b1"].every((name) => seen[name] === "joined"), "all to join");
      render("a2");
    }, build);
    await expect.poll(() => log).toContain("leave b");
    await server.kill();
    await page.run(({ until, state }) => until(() => state["seen"].a2 === "waiting", "the loss"));
    await server.restart();
    await page.run(async ({ until, state }) => {
      await until(() => state["seen"].a2 === "joined", "to join again");
      state["render"]();
    });
    await expect.poll(() => log).toContain("leave a");
    await page.run(async ({ state }) => {
      await state["socket"].emitWithAck("join", "last");
      state["root"].unmount();
    });
    expect(log).toEqual(["join a", "join b", "leave b", "join a", "leave a", "join last"]);
  });

  test("other credentials connect again, another destination connects anew, another handler does nothing", async ({ serve, visit }) => {
    const tokens: string[] = [];
    const server = await serve((io) => {
      io.of(/^\/.*/).use((socket, next) => {
        tokens.push(`${socket.nsp.name} ${socket.handshake.auth["token"]}`);
        next();
      });
    });
    const page = await visit(server);
    const seen = await page.run(async ({ react, url, until }, build) => {
      const { React, createRoot, flushSync, hooks } = await react(build);
      const e = React.createElement;
      const sockets: any[] = [];
      let own: any;
      const Leaf = ({ token, room, enabled }: any) => {
        own = hooks.useSocket(`${url}/${room}`, { auth: { token }, enabled });
        if (!sockets.includes(own.socket)) sockets.push(own.socket);
        return null;
      };
      const root = createRoot(document.body.appendChild(document.createElement("div")));
      const render = (token: string, room: string, enabled = true) => flushSync(() => root.render(e(Leaf, { token, room, enabled })));
      render("one", "a");
      await until(() => own.isConnected, "the connection");
      const first = own.socket.id;
      render("one", "a");
      render("two", "a");
      await until(() => own.isConnected && own.socket.id !== first, "the connection with the new token");
      render("two", "b");
      await until(() => own.isConnected, "the other namespace");
      await until(() => !sockets[0].active, "the first one to be left");
      render("two", "b", false);
      await until(() => own.status === "disconnected", "the switch");
      root.unmount();
      return sockets.length;
    }, build);
    expect(seen).toBe(2);
    expect(tokens).toEqual(["/a one", "/a two", "/b two"]);
  });

  test("suspends until it is connected; a refusal is an error", async ({ serve, visit }) => {
    const server = await serve((io) => io.of("/closed").use((_, next) => next(new Error("not you"))));
    const page = await visit(server);
    const seen = await page.run(async ({ react, url, until }, build) => {
      const { React, createRoot, hooks, useReady } = await react(build);
      const e = React.createElement;
      const Ready = () => e("b", null, useReady().connected ? "ready" : "not ready");
      class Boundary extends React.Component {
        static getDerivedStateFromError = (error: Error) => ({ error });
        state: { error?: Error } = {};
        render() {
          return this.state.error ? `refused: ${this.state.error.message}` : this.props.children;
        }
      }
      const texts: string[] = [];
      for (const namespace of ["/", "/closed"]) {
        const box = document.body.appendChild(document.createElement("div"));
        const root = createRoot(box, { onCaughtError: () => {} });
        root.render(e(hooks.SocketProvider, { url: url + namespace }, e(Boundary, null, e(React.Suspense, { fallback: "waits" }, e(Ready)))));
        await until(() => box.textContent, "the fallback");
        texts.push(box.textContent);
        await until(() => box.textContent !== "waits", "what follows");
        texts.push(box.textContent);
        root.unmount();
      }
      return texts;
    }, build);
    await page.takeErrors();
    expect(seen).toEqual(["waits", "ready", "waits", "refused: not you"]);
  });

  test("what a server rendered is taken over without a warning", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server);
    const html = await rendered();
    const seen = await page.run(
      async ({ react, url, until }, { build, html }) => {
        const { React, hydrateRoot, hooks } = await react(build);
        const e = React.createElement;
        const App = () => {
          const { status } = hooks.useSocket(url);
          const latest = hooks.useLatest("n", { initial: 7 , socket: hooks.useSocket(url).socket });
          return e("p", null, status, " ", latest);
        };
        const box = document.body.appendChild(document.createElement("div"));
        box.innerHTML = html;
        const warnings: string[] = [];
        const root = hydrateRoot(box, e(App), { onRecoverableError: (error: Error) => warnings.push(error.message) });
        await until(() => box.textContent === "connected 7", "the connection");
        root.unmount();
        return warnings;
      },
      { build, html },
    );
    expect(seen).toEqual([]);
  });
});

describe("on a server", () => {
  test("rendering opens nothing, and hooks without a socket say so", async () => {
    const { SocketProvider, useSocket } = await import("ferrio/react");
    const { useReady } = await import("ferrio/react/suspense");
    expect(await rendered()).toBe("<p>disconnected<!-- --> <!-- -->7</p>");
    const Lost = () => createElement("i", null, useSocket().status);
    expect(() => renderToString(createElement(Lost))).toThrow(expect.objectContaining({ code: "E_NO_SOCKET" }));
    const Ready = () => createElement("i", null, String(useReady().connected));
    expect(() => renderToString(createElement(SocketProvider, { url: "http://127.0.0.1:1" }, createElement(Ready)))).toThrow("a server makes none");
    expect(process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length).toBeLessThan(5);
  });
});

async function rendered(): Promise<string> {
  const { useLatest, useSocket } = await import("ferrio/react");
  const App = () => {
    const { socket, status } = useSocket("http://127.0.0.1:1");
    return createElement("p", null, status, " ", useLatest("n", { initial: 7, socket }));
  };
  const stream = new PassThrough();
  renderToPipeableStream(createElement(App)).pipe(stream);
  return text(stream);
}
