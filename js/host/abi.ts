/*
 * The numbers that cross the boundary to the wasm core (src/bindings). A record is a call of `record(kind, a, slot, b, c, d)`;
 * `event(socket, slot, offset, ack)` and `timer(deadline)` have fields that do not fit into it. `find(slot, start, end)` asks
 * which socket has that part of a text as its namespace.
 */

// Names of the module's exports (X) and of what it imports (I), which the build shortens: see scripts/build/tidy.mjs.
export const X_BUFFERS = "a";
export const X_CREATE = "b";
export const X_DESTROY = "c";
export const X_CONFIGURE = "d";
export const X_SOCKET = "e";
export const X_ACTIVE = "f";
export const X_BUFFERED = "g";
export const X_QUEUE_LENGTH = "h";
export const X_INPUT = "i";
export const X_FRAME = "j";
export const X_HANDSHAKE = "k";
export const X_EMIT = "l";
export const X_ACKNOWLEDGE = "m";
export const X_UNFRAME = "n";
export const X_ENFRAME = "o";
export const X_BUFFERED_AMOUNT = "p";
export const I_RELEASE = "q";
export const I_DUPLICATE = "r";
export const I_BYTE_LENGTH = "s";
export const I_ATTACH = "t";
export const I_ATTACHMENT = "u";
export const I_RECORD = "v";
export const I_EVENT = "w";
export const I_TIMER = "x";
export const I_FIND = "y";

// Kinds of records: commands to the host.
export const TIMER = 1;
export const DEFER = 2;
export const OPEN = 3;
export const SEND = 4;
export const FLUSH = 5;
export const POLL = 6;
export const CLOSE = 7;
export const HANDSHAKE = 9;
export const READ_HANDSHAKE = 33;
export const READ_CONNECT = 34;
export const BUFFERED = 35;

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
export const DROPPED = 36;

// What `input` is told.
export const INPUT_OPEN = 0;
export const INPUT_CLOSE = 1;
export const INPUT_CLOSE_ENGINE = 2;
export const INPUT_CONNECT = 3;
export const INPUT_DISCONNECT = 4;
export const INPUT_AUTHORIZE = 5;
export const INPUT_AUTH_FAILED = 6;
export const INPUT_JOINED = 7;
export const INPUT_BINARY = 8;
export const INPUT_OPENED = 9;
export const INPUT_POLLED = 10;
export const INPUT_DRAINED = 11;
export const INPUT_CLOSED = 12;
export const INPUT_FAILED = 13;
export const INPUT_MALFORMED = 14;
export const INPUT_TIMEOUT = 15;
export const INPUT_TURN = 16;
export const INPUT_CLEAR = 17;
export const INPUT_ATTEMPT = 18;
/** The first of the page's changes; `page.ts` has their order. */
export const INPUT_NETWORK = 19;

// Sizes of the two areas in the core's memory, one behind the other, in code units.
export const SCRATCH_UNITS = 4096;
export const HEAD_UNITS = 64;

// Transports.
export const POLLING = 1;
export const WEBSOCKET = 2;
export const WEBTRANSPORT = 3;

// Forms of a SEND's content.
export const TEXT = 1;
export const BINARY = 2;
export const BASE64 = 3;
export const FORM = 7;
/** Added to ask for no compression, which no browser lets us choose. */
export const UNCOMPRESSED = 8;

// Flags of `emit`.
export const VOLATILE = 1;
export const HAS_ACK = 2;
export const ACK_WITH_ERROR = 4;
export const NO_COMPRESS = 8;
/** The app has gone on since: nobody hears any more what speaks against an event. */
export const LATE = 16;

// The settings of `configure`, in the order of its arguments.
export const RECONNECTION = 0;
export const RECONNECTION_ATTEMPTS = 1;
export const RECONNECTION_DELAY = 2;
export const RECONNECTION_DELAY_MAX = 3;
export const RANDOMIZATION = 4;
export const TIMEOUT = 5;
export const TRANSPORTS = 6;
export const UPGRADES = 7;
export const TRY_ALL = 8;
export const REMEMBER_UPGRADE = 9;
export const FORCE_BASE64 = 10;
export const CLOSE_ON_BEFOREUNLOAD = 11;
export const OFFLINE_MAX = 12;
export const OFFLINE_MAX_BYTES = 13;
export const OFFLINE_TTL = 14;
export const OFFLINE_OVERFLOW = 15;

// Sub codes that the TypeScript side reports.
export const BAD_JSON = 5;
export const BAD_SHAPE = 6;
export const BAD_PLACEHOLDER = 10;
export const BAD_BASE64 = 19;
