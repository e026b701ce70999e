/** The rooms and their latest messages, in memory and bounded. */

import { InvalidInput } from "./input.mjs";

/** @import { Draft, Message, Receipt, User } from "../shared/events.ts" */

const LASTING_ROOMS = ["lobby", "pictures", "workshop"];
const ROOMS_MAX = 24;
const MESSAGES_PER_ROOM = 60;
/** A room's history travels as one packet: this many images stay below the usual limits of 10 attachments and 10 MiB. */
const IMAGES_PER_ROOM = 4;
const RECEIPTS_MAX = 1_000;

export class Rooms {
  /** @type {Map<string, Message[]>} */
  #messages = new Map(LASTING_ROOMS.map((room) => [room, []]));
  /** What was answered lately, so that a draft sent twice is added once. @type {Map<string, Receipt>} */
  #receipts = new Map();
  #seq = 0;

  /** Oldest first. */
  get names() {
    return [...this.#messages.keys()];
  }

  /** @param {string} room */
  messages(room) {
    return this.#messages.get(room) ?? [];
  }

  /**
   * Makes the room if there is none of that name, at the cost of the oldest empty one when there are too many.
   * @param {string} room @param {(room: string) => boolean} isEmpty
   */
  open(room, isEmpty) {
    if (this.#messages.has(room)) return;
    if (this.#messages.size >= ROOMS_MAX) {
      const oldest = this.names.find((name) => !LASTING_ROOMS.includes(name) && isEmpty(name));
      if (oldest === undefined) throw new InvalidInput("There are too many rooms already.");
      this.#messages.delete(oldest);
    }
    this.#messages.set(room, []);
  }

  /**
   * @param {User} author @param {Draft} draft
   * @returns {{ receipt: Receipt, message?: Message }} the message only when it is new
   */
  add(author, draft) {
    const key = `${author.id} ${draft.id}`;
    const known = this.#receipts.get(key);
    if (known) return { receipt: known };

    const messages = this.#messages.get(draft.room);
    if (!messages) throw new InvalidInput(`There is no room “${draft.room}”.`);
    const receipt = { seq: ++this.#seq, at: Date.now() };
    const message = { ...draft, ...receipt, author };
    this.#messages.set(draft.room, latest([...messages, message]));
    this.#receipts.set(key, receipt);
    if (this.#receipts.size > RECEIPTS_MAX) this.#receipts.delete(/** @type {string} */ (this.#receipts.keys().next().value));
    return { receipt, message };
  }
}

/** Without the oldest that are too many: images are fewer than messages. @param {Message[]} messages */
function latest(messages) {
  const images = messages.filter((message) => message.image);
  const outdated = new Set(images.slice(0, Math.max(0, images.length - IMAGES_PER_ROOM)));
  return messages.filter((message) => !outdated.has(message)).slice(-MESSAGES_PER_ROOM);
}
