// The test contract (see ../behaviour.test.ts) on npm's `socket.io`, of any version, alone or as a node of a cluster.
//
//   node server.mjs '{ "package": "socket.io", "port": 0, "origins": ["http://…"], … }'

import { createServer } from "node:http";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** @type {import("../harness/settings.ts").Settings} */
const settings = JSON.parse(process.argv[2]);
const { Server } = require(settings.package);

const redis = settings.redis && (await redisClient(settings.redis));
const http = createServer();
const io = new Server(http, {
  serveClient: false,
  cors: { origin: settings.origins },
  ...(settings.pingInterval && { pingInterval: settings.pingInterval }),
  ...(settings.pingTimeout && { pingTimeout: settings.pingTimeout }),
  ...(settings.recovery && { connectionStateRecovery: {} }),
  ...(settings.msgpack && { parser: require("socket.io-msgpack-parser") }),
  ...(redis && { adapter: require("@socket.io/redis-streams-adapter").createAdapter(redis) }),
});

/** Why a socket left, by its id; in a cluster Redis keeps that for all nodes. */
const left = new Map();
const feed = { timer: undefined, sent: 0 };

for (const namespace of ["/", "/custom", "/auth"]) io.of(namespace).on("connection", attend);
io.of("/auth").use((socket, next) => {
  if (socket.handshake.auth.token === "good") next();
  else next(Object.assign(new Error("not authorized"), { data: { code: 401, hint: ["é", null] } }));
});

http.listen(settings.port, "127.0.0.1", () => console.log(`listening ${http.address().port}`));

process.once("SIGTERM", async () => {
  clearInterval(feed.timer);
  // Every session is saved where the next node finds it; clients come back by themselves.
  io.close();
  if (redis) await redis.quit();
  process.exit();
});

function attend(socket) {
  socket.emit("welcome", socket.handshake.auth);
  socket.on("echo", (value) => socket.emit("echo", value));
  socket.on("swap", (a, b, c, ack) => ack(c, b, a));
  socket.on("ask", (value) => socket.emit("question", value, "and", 3, (...answer) => socket.emit("answer", ...answer)));
  socket.on("count", (n) => {
    for (let i = 0; i < n; i++) socket.emit("n", i);
  });
  socket.on("kick", () => socket.disconnect());
  socket.on("seen", async (id, ack) => ack((redis ? await redis.get(`left ${id}`) : left.get(id)) ?? null));
  socket.on("disconnect", (reason) => {
    // The session to recover was sent to Redis before this, so whoever sees the one finds the other.
    if (redis) void redis.set(`left ${socket.id}`, reason);
    else left.set(socket.id, reason);
  });

  // What only this server knows: its name in a cluster, and a broadcast that never pauses.
  socket.on("node", (ack) => ack(settings.node));
  socket.on("feed", () => {
    feed.timer ??= setInterval(() => io.emit("fed", feed.sent++), 5);
  });
  socket.on("unfeed", (ack) => {
    feed.timer = clearInterval(feed.timer);
    ack(feed.sent);
  });
}

async function redisClient(path) {
  const client = require("redis").createClient({ socket: { path } });
  client.on("error", (error) => console.error(error));
  await client.connect();
  return client;
}
