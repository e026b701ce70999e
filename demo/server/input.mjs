/** Parsing of what pages send. Each function returns a value that is fine, or throws `InvalidInput`. */

import { IMAGE_MAX, IMAGE_TYPES, NAME_MAX, ROOM_MAX, TEXT_MAX, isRoomName } from "../shared/limits.mjs";

/** @import { Draft, Image, User } from "../shared/events.ts" */

/** The page's fault; its message is shown to the person. */
export class InvalidInput extends Error {
  /** @override */
  name = "InvalidInput";
}

/** @param {unknown} value @returns {User} */
export function parseUser(value) {
  const { id, name } = parseObject(value, "The user");
  return { id: parseId(id), name: parseName(name) };
}

/** @param {unknown} value @returns {string} */
export function parseName(value) {
  const name = parseText(value, "The name", NAME_MAX).replace(/\s+/g, " ").trim();
  if (name === "") throw new InvalidInput("The name is empty.");
  return name;
}

/** @param {unknown} value @returns {string} */
export function parseRoom(value) {
  const room = parseText(value, "The room's name", ROOM_MAX);
  if (!isRoomName(room)) throw new InvalidInput("A room's name has lower-case letters, digits and single dashes.");
  return room;
}

/** @param {unknown} value @returns {Draft} */
export function parseDraft(value) {
  const { id, room, text, image } = parseObject(value, "The message");
  const draft = { id: parseId(id), room: parseRoom(room), text: parseText(text, "The message", TEXT_MAX).trim() };
  if (image !== undefined) return { ...draft, image: parseImage(image) };
  if (draft.text === "") throw new InvalidInput("The message is empty.");
  return draft;
}

/** @param {unknown} value @returns {Image} */
function parseImage(value) {
  const { name, type, data } = parseObject(value, "The image");
  if (typeof type !== "string" || !IMAGE_TYPES.includes(type)) throw new InvalidInput("This type of image is not accepted.");
  if (!Buffer.isBuffer(data) || data.length === 0) throw new InvalidInput("The image has no content.");
  if (data.length > IMAGE_MAX) throw new InvalidInput(`The image is larger than ${IMAGE_MAX / 1024 / 1024} MB.`);
  return { name: parseText(name, "The image's name", 200), type, data: /** @type {Buffer<ArrayBuffer>} */ (data) };
}

/** @param {unknown} value @returns {string} */
function parseId(value) {
  if (typeof value !== "string" || !/^[\w-]{8,64}$/.test(value)) throw new InvalidInput("The id is malformed.");
  return value;
}

/** @param {unknown} value @param {string} what @param {number} max @returns {string} */
function parseText(value, what, max) {
  if (typeof value !== "string") throw new InvalidInput(`${what} is not a text.`);
  if (value.length > max) throw new InvalidInput(`${what} is longer than ${max} characters.`);
  return value;
}

/** @param {unknown} value @param {string} what @returns {Record<string, unknown>} */
function parseObject(value, what) {
  if (typeof value !== "object" || value === null) throw new InvalidInput(`${what} is malformed.`);
  return /** @type {Record<string, unknown>} */ (value);
}
