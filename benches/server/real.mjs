/** The real Socket.IO server under its default path: acknowledges `message` events and says when a connection was upgraded. */
import { Server } from "socket.io";

/** @param {import("node:http").Server} server */
export function attachRealServer(server) {
  const io = new Server(server, { serveClient: false, destroyUpgrade: false });
  io.on("connection", (socket) => {
    socket.on("message", (_value, acknowledge) => acknowledge?.("ok"));
    if (socket.conn.transport.name === "websocket") socket.emit("upgraded");
    else socket.conn.once("upgrade", () => socket.emit("upgraded"));
  });
}
