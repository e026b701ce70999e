/** The chat's events, as both ends see them: the page imports these types, the server by JSDoc. */

/** Binary as the sender holds it. A browser receives an `ArrayBuffer`, the Node server a `Buffer`. */
export type Binary = Blob | ArrayBuffer | Uint8Array<ArrayBuffer>;

export interface User {
  /** Chosen by the page, kept for the life of its tab. */
  id: string;
  name: string;
}

export interface Image {
  name: string;
  /** One of `IMAGE_TYPES`. */
  type: string;
  data: Binary;
}

/** A message as the page sends it. */
export interface Draft {
  /** Unique; sending it twice adds one message, so a retry is harmless. */
  id: string;
  room: string;
  /** May be empty when there is an image. */
  text: string;
  image?: Image;
}

/** A message as the server keeps and spreads it. */
export interface Message extends Draft, Receipt {
  author: User;
}

/** The server's word that it has a message. */
export interface Receipt {
  /** Position among all messages of the server: a higher one is later. */
  seq: number;
  /** When the server took it, in ms since 1970. */
  at: number;
}

export interface RoomSummary {
  name: string;
  /** People in it now. */
  members: number;
}

export interface RoomSnapshot {
  members: User[];
  /** The latest messages, oldest first. */
  messages: Message[];
}

/** Every question is answered: with a value, or with a sentence for the person who asked. */
export type Answer<T> = { ok: true; value: T } | { ok: false; error: string };
export type Reply<T> = (answer: Answer<T>) => void;

export interface ClientToServerEvents {
  /** Leaves the present room for this one, which is made when there is none of that name. */
  "room:join": (room: string, reply: Reply<RoomSnapshot>) => void;
  "message:send": (draft: Draft, reply: Reply<Receipt>) => void;
  "user:rename": (name: string, reply: Reply<User>) => void;
  typing: (typing: boolean) => void;
  /** Answered at once; the page measures the round trip with it. */
  echo: (reply: () => void) => void;
}

export interface ServerToClientEvents {
  rooms: (rooms: RoomSummary[]) => void;
  members: (room: string, members: User[]) => void;
  message: (message: Message) => void;
  typing: (room: string, user: User, typing: boolean) => void;
}

/** Kept by the server with each socket, and restored when a connection is recovered. */
export interface SocketData {
  user: User;
  room?: string;
}
