//! The exports. `manager` is a number given by [`create`] and not yet given to [`destroy`]: nothing else is looked up safely.
//! Sockets are numbered from 0 in the order of [`socket`]; `now` is in milliseconds and never goes backwards. A slot passed in
//! belongs to the core from then on.

use wasm_bindgen::prelude::wasm_bindgen;

use super::record::tell_buffered;
use super::slot::Slot;
use super::state::{self, hosted};
use crate::config::{MAX_PACKET, OfflineConfig, Overflow, TransportList};
use crate::engineio::TransportId;
use crate::engineio::framing::{self, Length};
use crate::engineio::handshake::Fields;
use crate::error::{DisconnectReason, ProtocolError};
use crate::payload::Content;
use crate::socketio::{EmitOptions, Joined, NetworkChange, SocketId, SocketState};
use crate::time::Instant;

/// What the function `input` is told.
#[allow(missing_docs)] // Each is the input of its name.
pub mod input {
    /// `a`: 0 = a failure is only reported.
    pub const OPEN: u32 = 0;
    pub const CLOSE: u32 = 1;
    pub const CLOSE_ENGINE: u32 = 2;
    /// `a`: socket.
    pub const CONNECT: u32 = 3;
    /// `a`: socket.
    pub const DISCONNECT: u32 = 4;
    /// Answers an AUTH record: `a` socket, `b` attempt, `slot` the JSON for CONNECT, 0: none.
    pub const AUTHORIZE: u32 = 5;
    /// Answers an AUTH record: `a` socket, `b` attempt, `slot` the app's error.
    pub const AUTH_FAILED: u32 = 6;
    /// Answers a READ_CONNECT record, whose `slot` and offset (`b`) come back. `a`: socket. `c`: 1 the JSON is an object, or there is
    /// none, 2 `sid` is a text and not empty, 4 `pid` is the one that the socket had before.
    pub const JOINED: u32 = 7;
    /// A binary frame: `a` transport, `slot`, `b` bytes.
    pub const BINARY: u32 = 8;
    /// A WebSocket is open. `a`: transport.
    pub const OPENED: u32 = 9;
    /// A GET is over, and every packet of its body was handed in. `a`: transport.
    pub const POLLED: u32 = 10;
    /// A POST is over. `a`: transport.
    pub const DRAINED: u32 = 11;
    /// A WebSocket was closed. `a`: transport, `slot`: what the host knows of it.
    pub const CLOSED: u32 = 12;
    /// A transport failed. `a`: transport, `slot`: the host's error.
    pub const FAILED: u32 = 13;
    /// A content could not be read. `a`: a rule of `ProtocolError`.
    pub const MALFORMED: u32 = 14;
    /// The timer rang.
    pub const TIMEOUT: u32 = 15;
    /// The end of the turn that a DEFER record asked for.
    pub const TURN: u32 = 16;
    /// `a`: socket.
    pub const CLEAR: u32 = 17;
    /// Answers a RECONNECT_ATTEMPT record.
    pub const ATTEMPT: u32 = 18;
    /// The page or the network changed: this and the numbers that follow, in the order of `NetworkChange`.
    pub const NETWORK: u32 = 19;
}

/// The buffers: 4096 code units of the host's, then 64 of the core's.
#[wasm_bindgen]
pub fn buffers() -> *const u16 {
    state::buffers()
}

/// Makes a manager with default options. `seed` is a random number in `[0, 2^32)`.
#[wasm_bindgen]
pub fn create(seed: f64) -> u32 {
    state::create(seed as u32)
}

/// Frees a manager.
#[wasm_bindgen]
pub fn destroy(manager: u32) {
    state::destroy(manager);
}

/// Sets the options of a manager: see `ManagerConfig` and `EngineConfig`. A switch is on unless it is 0.
#[allow(clippy::too_many_arguments)] // See `input`.
#[wasm_bindgen]
pub fn configure(
    manager: u32,
    reconnection: f64,
    reconnection_attempts: f64,
    reconnection_delay: f64,
    reconnection_delay_max: f64,
    randomization_factor: f64,
    timeout: f64,
    transports: f64,
    upgrade: f64,
    try_all_transports: f64,
    remember_upgrade: f64,
    force_base64: f64,
    close_on_beforeunload: f64,
    max: f64,
    max_bytes: f64,
    ttl: f64,
    overflow: f64,
) {
    let config = hosted(manager).manager.config_mut();
    config.reconnection = reconnection != 0.0;
    config.reconnection_attempts = reconnection_attempts;
    config.reconnection_delay = reconnection_delay;
    config.reconnection_delay_max = reconnection_delay_max;
    config.randomization_factor = randomization_factor;
    config.timeout = timeout;
    config.engine.transports = TransportList::unpack(transports as u32);
    config.engine.upgrade = upgrade != 0.0;
    config.engine.try_all_transports = try_all_transports != 0.0;
    config.engine.remember_upgrade = remember_upgrade != 0.0;
    config.engine.force_base64 = force_base64 != 0.0;
    config.close_on_beforeunload = close_on_beforeunload != 0.0;
    let overflow = Overflow::from_number(overflow as u32);
    config.offline = OfflineConfig { max: max as usize, max_bytes: max_bytes as usize, ttl, overflow };
}

/// Makes the next socket, with its options: see `SocketConfig`. `namespace_len`: bytes of its namespace in UTF-8, 0 for `/`.
#[wasm_bindgen]
pub fn socket(manager: u32, namespace_len: u32, retries: f64, ack_timeout: f64) {
    let manager = &mut hosted(manager).manager;
    let socket = manager.add_socket(namespace_len);
    if let Some(config) = manager.socket_config_mut(socket) {
        config.retries = retries as u32;
        config.ack_timeout = ack_timeout;
    }
}

/// Whether a socket is, or will by itself be, connected.
#[wasm_bindgen]
pub fn active(manager: u32, socket: u32) -> u32 {
    u32::from(hosted(manager).manager.socket_state(SocketId(socket)) != SocketState::Inactive)
}

/// Everything that happens to a manager, but for what has an export of its own. `what`: see the module `input`.
#[allow(clippy::too_many_arguments)] // Numbers cross one by one: that is what makes the call cheap.
#[wasm_bindgen]
pub fn input(manager: u32, now: f64, what: u32, a: u32, slot: u32, b: u32, c: u32) {
    let hosted = hosted(manager);
    if what == input::TIMEOUT {
        hosted.disarm();
    }
    let manager = &mut hosted.manager;
    let now = Instant(now);
    let (socket, transport, payload) = (SocketId(a), TransportId(a), Slot::take(slot));
    match what {
        input::OPEN => manager.open(a != 0, now),
        input::CLOSE => manager.close(now),
        input::CLOSE_ENGINE => manager.close_engine(now),
        input::CONNECT => manager.connect(socket, now),
        input::DISCONNECT => manager.disconnect(socket, now),
        input::AUTHORIZE => manager.authorize(socket, b, payload, now),
        input::AUTH_FAILED => manager.fail_auth(socket, b, payload, now),
        input::JOINED => {
            if let Some(frame) = payload {
                let joined = Joined { sid: c & 2 != 0, same_pid: c & 4 != 0 };
                let joined = if c & 1 == 0 { Err(ProtocolError::BadPayload) } else { Ok(joined) };
                manager.handle_connect(socket, frame, b as usize, joined, now);
            }
        }
        input::BINARY => {
            if let Some(attachment) = payload {
                manager.handle_binary(transport, b as usize, attachment, now);
            }
        }
        input::OPENED => manager.handle_opened(transport, now),
        input::POLLED => manager.handle_polled(transport, now),
        input::DRAINED => manager.handle_drained(transport, now),
        input::CLOSED => manager.handle_lost(transport, DisconnectReason::TransportClose, payload, now),
        input::FAILED => manager.handle_lost(transport, DisconnectReason::TransportError, payload, now),
        input::MALFORMED => manager.handle_malformed(ProtocolError::from_code(a as u8), payload, now),
        input::TIMEOUT => manager.handle_timeout(now),
        input::TURN => manager.handle_turn(now),
        input::CLEAR => manager.clear(socket, now),
        input::ATTEMPT => manager.handle_attempt(now),
        _ => {
            if let Some(change) = NetworkChange::from_number(what - input::NETWORK) {
                manager.handle_network(change, now);
            }
        }
    }
    hosted.arm();
}

/// Emits an event. `flags`: 1 volatile, 2 has an ack (`token`), 4 its handler can be told of a failure, 8 do not compress, 16 what
/// comes of it is only told by records.
/// `timeout` in milliseconds, infinity: the socket's. 1: there is no room for it, and nobody else is told; 0: it is taken.
#[allow(clippy::too_many_arguments)] // See `input`.
#[wasm_bindgen]
pub fn emit(
    manager: u32,
    now: f64,
    socket: u32,
    slot: u32,
    attachments: u32,
    flags: u32,
    token: u32,
    timeout: f64,
) -> u32 {
    let options = EmitOptions {
        volatile: flags & 1 != 0,
        ack: (flags & 2 != 0).then_some(token),
        wants_error: flags & 4 != 0,
        timeout,
        compress: flags & 8 == 0,
        late: flags & 16 != 0,
    };
    let hosted = hosted(manager);
    let content = Content { text: Slot::own(slot), attachments };
    let kept = hosted.manager.emit(SocketId(socket), content, options, Instant(now));
    hosted.arm();
    u32::from(!kept)
}

/// Acknowledges an event of the server's.
#[wasm_bindgen]
pub fn acknowledge(manager: u32, now: f64, socket: u32, slot: u32, attachments: u32, id: f64) {
    let content = Content { text: Slot::own(slot), attachments };
    hosted(manager).manager.acknowledge(SocketId(socket), id as u64, content, Instant(now));
}

/// A text frame of `length` code units, the first `units` of which are in the buffer: see `socketio::packet::header`.
#[wasm_bindgen]
pub fn frame(manager: u32, now: f64, transport: u32, slot: u32, units: u32, length: u32) {
    let hosted = hosted(manager);
    let (transport, header, frame) = (TransportId(transport), state::scratch(units), Slot::own(slot));
    hosted.manager.handle_frame(transport, header, length as usize, frame, Instant(now));
    hosted.arm();
}

/// What the header of a packet on a WebTransport stream says of its length: `first` is its first byte, `given` the number in the
/// bytes after it, at most 2^31 − 1, or −1 before they are asked for. The length; −2, −8: so many bytes hold it; −1: it is too long.
#[wasm_bindgen]
pub fn unframe(first: u32, given: i32) -> i32 {
    match framing::length(first as u8, usize::try_from(given).ok(), MAX_PACKET) {
        Ok(Length::Bytes(bytes)) => bytes as i32,
        Ok(Length::InNext(count)) => -(count as i32),
        Err(_) => -1,
    }
}

/// The first byte in front of a text of so many bytes on a WebTransport stream, and 256 times the number of bytes with its length
/// that follow.
#[wasm_bindgen]
pub fn enframe(bytes: u32) -> u32 {
    let (first, count) = framing::mark(bytes as usize);
    (count as u32) << 8 | u32::from(first)
}

/// Answers a READ_HANDSHAKE record. `flags`: 1 the JSON is an object, 2 `sid` is a text and not empty, 4 `upgrades` is missing or
/// an array of texts, 8 it names websocket, 16 webtransport. Numbers that are none are NaN; a missing `max_payload` is infinity.
#[allow(clippy::too_many_arguments)] // See `input`.
#[wasm_bindgen]
pub fn handshake(
    manager: u32,
    now: f64,
    transport: u32,
    slot: u32,
    flags: u32,
    ping_interval: f64,
    ping_timeout: f64,
    max_payload: f64,
) {
    let fields = Fields {
        sid: flags & 2 != 0,
        ping_interval,
        ping_timeout,
        max_payload,
        upgrades: flags & 4 != 0,
        websocket: flags & 8 != 0,
        webtransport: flags & 16 != 0,
    };
    let handshake = if flags & 1 == 0 { Err(ProtocolError::BadJson) } else { fields.check() };
    let hosted = hosted(manager);
    hosted.manager.handle_handshake(TransportId(transport), Slot::own(slot), handshake, Instant(now));
    hosted.arm();
}

/// Tells, as BUFFERED records, the events that wait for their socket to connect: a copy of each.
#[wasm_bindgen]
pub fn buffered(manager: u32, socket: u32) {
    hosted(manager).manager.buffered(SocketId(socket)).cloned().for_each(tell_buffered);
}

/// Bytes of what a socket's app emitted and that has not left; on polling with all that the connection is to send.
#[wasm_bindgen]
pub fn buffered_amount(manager: u32, socket: u32) -> u32 {
    hosted(manager).manager.buffered_amount(SocketId(socket)) as u32
}

/// How many packets wait for the engine's transport.
#[wasm_bindgen]
pub fn queue_length(manager: u32) -> u32 {
    hosted(manager).manager.queue_len() as u32
}
