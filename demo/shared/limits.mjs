/** What the chat accepts. The page checks it for quick feedback, the server because it trusts no page. */

/** Characters of a person's name. */
export const NAME_MAX = 24;
/** Characters of a room's name. */
export const ROOM_MAX = 24;
/** Characters of one message. */
export const TEXT_MAX = 2_000;
/** Bytes of one image: 2 MiB. */
export const IMAGE_MAX = 2 * 1024 * 1024;
/** Image types that every current browser shows and that carry no script. */
export const IMAGE_TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];

const ROOM_PATTERN = /^[\p{Ll}\p{N}]+(?:-[\p{Ll}\p{N}]+)*$/u;

/** Whether `name` may name a room: lower-case letters and digits of any script, single dashes between. @param {string} name */
export const isRoomName = (name) => name.length <= ROOM_MAX && ROOM_PATTERN.test(name);
