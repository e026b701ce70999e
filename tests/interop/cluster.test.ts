/*
 * What only a cluster shows: two nodes of socket.io with connection state recovery in Redis streams, behind nginx with sticky
 * sessions (`sticky`) and without (`spread`). Its nodes speak the contract of behaviour.test.ts, and `node`, ack: their name.
 */
import { catalogue, groups } from "./catalogue.ts";
import type { Cluster } from "./harness/launch.ts";
import { describe, expect, isPeer, test } from "./harness/test.ts";

const sticky = catalogue.find(({ cluster }) => cluster === "sticky")!;
const spread = catalogue.find(({ cluster }) => cluster === "spread")!;

describe.skipIf(!groups().includes("cluster"))("a cluster", () => {
  test("a connection cut on one node is recovered on the other, with every event", async ({ own, proxy, enter }) => {
    const cluster = await own(spread);
    const middle = await proxy(cluster);
    const page = await enter(middle, { mode: "websocket", faults: true });

    const first = await page.run(
      async ({ io, mode, connect, once, until, state }, url) => {
        const socket = (state["socket"] = await connect());
        const fed: number[] = (state["fed"] = []);
        socket.on("fed", (n) => fed.push(n));
        // On any node: the events reach the page by way of Redis.
        const witness = (state["witness"] = io(url, { ...mode, forceNew: true }));
        await once(witness, "connect");
        witness.emit("feed");
        await until(() => fed.length > 20, "20 events");
        return { id: socket.id!, node: await socket.emitWithAck("node") };
      },
      cluster.url,
    );
    // nginx takes turns, so that the page does not always come back to the other node.
    let node = first.node;
    while (node === first.node) {
      middle.cut();
      await page.run(async ({ state, until, once }, id) => {
        const { socket, witness } = state;
        await until(() => !socket.connected, "the disconnect");
        while (!(await witness.emitWithAck("seen", id)));
        state["back"] = once(socket, "connect");
        // Of the events in the very moment of coming back the adapter may lose one (docs/servers.md).
        await witness.emitWithAck("unfeed");
      }, first.id);
      middle.restore();
      const back = await page.run(async ({ state, until }) => {
        await state["back"];
        const { socket, witness, fed } = state;
        const before = fed.length;
        witness.emit("feed");
        await until(() => fed.length > before, "one event more");
        return { recovered: socket.recovered, id: socket.id, node: await socket.emitWithAck("node") };
      });
      expect(back).toMatchObject({ recovered: true, id: first.id });
      node = back.node;
    }
    const { fed, last } = await page.run(async ({ state, until }) => {
      const { witness, fed } = state;
      const last = await witness.emitWithAck("unfeed");
      await until(() => fed.at(-1) === last - 1, "the last event");
      return { fed, last };
    });
    expect(fed).toEqual(Array.from({ length: fed.length }, (_, n) => last - fed.length + n));
  });

  for (const mode of sticky.modes) {
    test(`a node that shuts down hands its sessions over to the other, over ${mode}`, async ({ own, enter }) => {
      const cluster = (await own(sticky)) as Cluster;
      const page = await enter(cluster, { mode, faults: true });

      const first = await page.run(async ({ connect, once, state }) => {
        const socket = (state["socket"] = await connect());
        const echo = once(socket, "echo");
        // Recovery begins at the last event that the page has seen.
        socket.emit("echo", "seen");
        await echo;
        return { id: socket.id, node: await socket.emitWithAck("node") };
      });
      await page.run(({ once, state }) => {
        state["back"] = once(state["socket"], "connect");
      });
      await cluster.nodes.find(({ name }) => name === first.node)!.shutDown();
      const back = await page.run(async ({ state }) => {
        await state["back"];
        const { socket } = state;
        return { recovered: socket.recovered, id: socket.id, node: await socket.emitWithAck("node") };
      });

      expect(back).toEqual({ recovered: true, id: first.id, node: first.node === "a" ? "b" : "a" });
    });
  }

  for (const mode of ["polling", "upgrade"] as const) {
    test.skipIf(isPeer)(`without sticky sessions ${mode} fails with E_SESSION_UNKNOWN, and says what is missing`, async ({ own, enter }) => {
      const page = await enter(await own(spread), { mode, faults: true });

      const error = await page.run(async ({ open, once }) => {
        const [, error] = await once(open({ reconnection: false }), "disconnect");
        return { code: error.code, hint: error.hint };
      });

      expect(error).toEqual({ code: "E_SESSION_UNKNOWN", hint: expect.stringContaining("sticky") });
    });
  }
});
