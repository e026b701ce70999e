/*
 * The numbers that cross the boundary to the wasm core (src/bindings). A record is words of 32 bits:
 * [0] kind, [1] a, [2..3] a float, [4] slot, [5] b, [6] c, [8..] attachment slots.
 * Fields that a kind does not use hold what an earlier record left there.
 */

// Kinds of records: commands to the host.
export const TIMER = 1;
export const DEFER = 2;
export const OPEN = 3;
export const SEND = 4;
export const FLUSH = 5;
export const POLL = 6;
export const CLOSE = 7;
export const READ = 8;
export const HANDSHAKE = 9;

// Kinds of records: news for the app, passed on by the host.
export const EVENT = 10;
export const ACK = 11;
export const ACK_FAILED = 12;
export const CONNECTED = 13;
export const CONNECT = 14;
export const CONNECT_ERROR = 15;
export const DISCONNECT = 16;
export const CAUSE = 17;
export const OPENED = 18;
export const CLOSED = 19;
export const ERROR = 20;
export const RECONNECT_ATTEMPT = 21;
export const RECONNECT = 22;
export const RECONNECT_ERROR = 23;
export const RECONNECT_FAILED = 24;
export const PING = 25;
export const UPGRADING = 26;
export const UPGRADE = 27;
export const UPGRADE_ERROR = 28;
export const ENGINE = 29;
export const ENGINE_CLOSED = 30;
export const AUTH = 31;
export const WAITING = 32;

// Where the fields of a record are, in words (the float counts in floats).
export const A = 1;
export const FLOAT = 1;
export const SLOT = 4;
export const B = 5;
export const C = 6;
export const ATTACHMENTS = 8;
/** How many attachments fit into a record. */
export const ATTACHMENTS_MAX = 1024;
/** What these ask for is answered with their slot: it is not taken. */
export const READ_HANDSHAKE = 33;
export const READ_CONNECT = 34;
/** The kinds whose slot is in use, as bits: kinds above 31 count as those 32 below. */
export const WITH_SLOT =
  (1 << SEND) | (1 << HANDSHAKE) | (1 << EVENT) | (1 << ACK) | (1 << CONNECTED) | (1 << CONNECT_ERROR) | (1 << CAUSE) | (1 << UPGRADE_ERROR);

// Sizes of the three areas in the core's memory, in their own units.
export const SCRATCH_UNITS = 4096;
export const RECORD_WORDS = ATTACHMENTS + ATTACHMENTS_MAX;
export const HEAD_UNITS = 1024;
/** At most so many code units of a frame are looked at for its header. */
export const HEADER_UNITS = 64;

// Transports.
export const POLLING = 1;
export const WEBSOCKET = 2;

// Forms of a SEND's content; 8 is added to ask for no compression, which no browser lets us choose.
export const TEXT = 1;
export const BINARY = 2;
export const BASE64 = 3;
export const FORM = 7;

// Flags of `emit`.
export const VOLATILE = 1;
export const HAS_ACK = 2;
export const ACK_WITH_ERROR = 4;
export const NO_COMPRESS = 8;

// Keys of `configure`.
export const RECONNECTION = 1;
export const RECONNECTION_ATTEMPTS = 2;
export const RECONNECTION_DELAY = 3;
export const RECONNECTION_DELAY_MAX = 4;
export const RANDOMIZATION = 5;
export const TIMEOUT = 6;
export const TRANSPORTS = 7;
export const UPGRADES = 8;
export const TRY_ALL = 9;
export const REMEMBER_UPGRADE = 10;
export const FORCE_BASE64 = 11;
export const CLOSE_ON_BEFOREUNLOAD = 12;

// Keys of `socket_option`.
export const RETRIES = 1;
export const ACK_TIMEOUT = 2;

// Sub codes that the TypeScript side reports.
export const BAD_JSON = 5;
export const BAD_SHAPE = 6;
export const BAD_PLACEHOLDER = 10;
export const BAD_BASE64 = 19;
