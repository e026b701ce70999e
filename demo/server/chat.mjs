/** The chat on a Socket.IO server: who may connect, and what the server does with each event. */

import { InvalidInput, parseDraft, parseName, parseRoom, parseUser } from "./input.mjs";
import { Rooms } from "./rooms.mjs";

/** @import { DefaultEventsMap, Server, Socket } from "socket.io" */
/** @import { Answer, ClientToServerEvents, Draft, RoomSnapshot, ServerToClientEvents, SocketData, User } from "../shared/events.ts" */
/** @typedef {Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>} ChatServer */
/** @typedef {Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>} ChatSocket */

/** @param {ChatServer} io */
export function serveChat(io) {
  const rooms = new Rooms();

  io.use((socket, next) => {
    try {
      socket.data.user = parseUser(socket.handshake.auth.user);
      next();
    } catch (error) {
      next(/** @type {Error} */ (error));
    }
  });

  io.on("connection", (socket) => {
    socket.on("room:join", (room, reply) => answer(reply, () => join(socket, parseRoom(room))));
    socket.on("message:send", (draft, reply) => answer(reply, () => send(socket, parseDraft(draft))));
    socket.on("user:rename", (name, reply) => answer(reply, () => rename(socket, parseName(name))));
    socket.on("echo", (reply) => {
      if (typeof reply === "function") reply();
    });
    socket.on("typing", (typing) => {
      const { room, user } = socket.data;
      if (room !== undefined) socket.to(room).volatile.emit("typing", room, user, typing === true);
    });
    socket.on("disconnect", () => announce(socket.data.room));

    socket.emit("rooms", summaries());
    // A recovered socket is in its room again without a join.
    if (socket.recovered) announce(socket.data.room);
  });

  /** @param {ChatSocket} socket @param {string} room @returns {RoomSnapshot} */
  function join(socket, room) {
    const left = socket.data.room;
    rooms.open(room, (name) => members(name).length === 0);
    if (left !== undefined && left !== room) void socket.leave(left);
    void socket.join(room);
    socket.data.room = room;
    if (left !== room) announce(left);
    announce(room);
    return { members: members(room), messages: rooms.messages(room) };
  }

  /**
   * Also takes messages for a room that the socket is not in: those written while away come before the page joins again.
   * @param {ChatSocket} socket @param {Draft} draft
   */
  function send(socket, draft) {
    const { receipt, message } = rooms.add(socket.data.user, draft);
    if (message) socket.to(draft.room).emit("message", message);
    return receipt;
  }

  /** @param {ChatSocket} socket @param {string} name */
  function rename(socket, name) {
    socket.data.user = { ...socket.data.user, name };
    announce(socket.data.room);
    return socket.data.user;
  }

  /** Tells the room who is in it, and everybody how many. @param {string | undefined} room */
  function announce(room) {
    if (room === undefined) return;
    io.to(room).emit("members", room, members(room));
    io.emit("rooms", summaries());
  }

  /** Each person once, however many tabs they have open. @param {string} room @returns {User[]} */
  function members(room) {
    /** @type {Map<string, User>} */
    const users = new Map();
    for (const id of io.sockets.adapter.rooms.get(room) ?? []) {
      const user = io.sockets.sockets.get(id)?.data.user;
      if (user) users.set(user.id, user);
    }
    return [...users.values()];
  }

  function summaries() {
    return rooms.names.map((name) => ({ name, members: members(name).length }));
  }
}

/**
 * Answers a question; without a function to answer to, it is not one and nothing is done.
 * @template T @param {unknown} reply @param {() => T} work
 */
function answer(reply, work) {
  if (typeof reply !== "function") return;
  reply(attempt(work));
}

/** @template T @param {() => T} work @returns {Answer<T>} */
function attempt(work) {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof InvalidInput) return { ok: false, error: error.message };
    console.error(error);
    return { ok: false, error: "The server could not do this." };
  }
}
