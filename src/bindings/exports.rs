//! The exports. `manager`, `socket` and `transport` are the numbers given by [`create`], [`socket`] and the OPEN record;
//! `now` is in milliseconds and never goes backwards. A slot passed in belongs to the core from then on.

use wasm_bindgen::prelude::wasm_bindgen;

use super::options;
use super::slot::Slot;
use super::state::{Hosted, State, with, with_manager};
use crate::engineio::TransportId;
use crate::engineio::handshake::Fields;
use crate::error::{DisconnectReason, ProtocolError};
use crate::payload::Content;
use crate::socketio::{EmitOptions, Joined, NetworkChange, SocketId, SocketState};
use crate::time::Instant;

/// The scratch buffer: 4096 code units.
#[wasm_bindgen]
pub fn scratch() -> *const u16 {
    with(|state| state.scratch.as_ptr())
}

/// The head buffer: the code units before a SEND's content.
#[wasm_bindgen]
pub fn head() -> *const u16 {
    with(|state| state.head.as_ptr())
}

/// The record: 8 words, then slots of attachments.
#[wasm_bindgen]
pub fn record() -> *const u32 {
    with(|state| core::ptr::from_ref(&state.record).cast())
}

/// Makes a manager with default options. `seed` is a random number in `[0, 2^32)`.
#[wasm_bindgen]
pub fn create(seed: f64) -> u32 {
    with(|state| state.create(seed as u64))
}

/// Frees a manager; its number is used again.
#[wasm_bindgen]
pub fn destroy(manager: u32) {
    with(|state| {
        if let Some(place) = state.managers.get_mut(manager as usize) {
            *place = None;
        }
    });
}

/// Sets an option of a manager: see `options.rs`.
#[wasm_bindgen]
pub fn configure(manager: u32, key: u32, value: f64) {
    with_manager(manager, |manager| options::configure(manager.config_mut(), key, value));
}

/// The socket of the namespace in the scratch buffer. Sockets are numbered from 0.
#[wasm_bindgen]
pub fn socket(manager: u32, units: u32) -> u32 {
    with(|state| {
        let State { managers, scratch, .. } = state;
        match managers.get_mut(manager as usize) {
            Some(Some(hosted)) => hosted.manager.socket(scratch.get(..units as usize).unwrap_or(&[])).0,
            Some(None) | None => 0,
        }
    })
}

/// Sets an option of a socket: see `options.rs`.
#[wasm_bindgen]
pub fn socket_option(manager: u32, socket: u32, key: u32, value: f64) {
    with_manager(manager, |manager| {
        if let Some(config) = manager.socket_config_mut(SocketId(socket)) {
            options::configure_socket(config, key, value);
        }
    });
}

/// Whether a socket is, or will by itself be, connected.
#[wasm_bindgen]
pub fn active(manager: u32, socket: u32) -> u32 {
    with_manager(manager, |manager| u32::from(manager.socket_state(SocketId(socket)) != SocketState::Inactive))
}

/// Opens the engine; `reconnect` 0: a failure is only reported.
#[wasm_bindgen]
pub fn open(manager: u32, reconnect: u32, now: f64) {
    with_manager(manager, |manager| manager.open(reconnect != 0, Instant(now)));
}

/// Closes the engine for good.
#[wasm_bindgen]
pub fn close(manager: u32, now: f64) {
    with_manager(manager, |manager| manager.close(Instant(now)));
}

/// Drops the connection; reconnection follows.
#[wasm_bindgen]
pub fn close_engine(manager: u32, now: f64) {
    with_manager(manager, |manager| manager.close_engine(Instant(now)));
}

/// Connects a socket.
#[wasm_bindgen]
pub fn connect(manager: u32, socket: u32, now: f64) {
    with_manager(manager, |manager| manager.connect(SocketId(socket), Instant(now)));
}

/// Disconnects a socket.
#[wasm_bindgen]
pub fn disconnect(manager: u32, socket: u32, now: f64) {
    with_manager(manager, |manager| manager.disconnect(SocketId(socket), Instant(now)));
}

/// Answers an AUTH record with CONNECT's JSON (slot 0: none).
#[wasm_bindgen]
pub fn authorize(manager: u32, socket: u32, attempt: u32, slot: u32, now: f64) {
    let auth = Slot::take(slot);
    with_manager(manager, |manager| manager.authorize(SocketId(socket), attempt, auth, Instant(now)));
}

/// Answers an AUTH record with the app's error.
#[wasm_bindgen]
pub fn auth_failed(manager: u32, socket: u32, attempt: u32, slot: u32, now: f64) {
    let detail = Slot::take(slot);
    with_manager(manager, |manager| manager.fail_auth(SocketId(socket), attempt, detail, Instant(now)));
}

/// Emits an event. The slots of its `attachments` stand in the record. `flags`: 1 volatile, 2 has an ack (`token`), 4 its
/// handler can be told of a failure, 8 do not compress. `timeout` in milliseconds, infinity: the socket's.
#[allow(clippy::too_many_arguments)] // Numbers cross one by one: that is what makes the call cheap.
#[wasm_bindgen]
pub fn emit(manager: u32, socket: u32, slot: u32, attachments: u32, flags: u32, token: u32, timeout: f64, now: f64) {
    let options = EmitOptions {
        volatile: flags & 1 != 0,
        ack: (flags & 2 != 0).then_some(token),
        wants_error: flags & 4 != 0,
        timeout,
        compress: flags & 8 == 0,
    };
    with_content(manager, slot, attachments, |hosted, content| {
        hosted.manager.emit(SocketId(socket), content, options, Instant(now));
    });
}

/// Acknowledges an event of the server's.
#[wasm_bindgen]
pub fn acknowledge(manager: u32, socket: u32, id: f64, slot: u32, attachments: u32, now: f64) {
    with_content(manager, slot, attachments, |hosted, content| {
        hosted.manager.acknowledge(SocketId(socket), id as u64, content, Instant(now));
    });
}

/// A text frame of `length` code units, the first `units` of which are in the scratch buffer: those before the JSON, at most
/// 64, or all of them in answer to a READ record.
#[wasm_bindgen]
pub fn frame(manager: u32, transport: u32, units: u32, length: u32, slot: u32, now: f64) {
    let frame = Slot::own(slot);
    with(|state| {
        let State { managers, scratch, .. } = state;
        if let Some(Some(hosted)) = managers.get_mut(manager as usize) {
            let header = scratch.get(..units as usize).unwrap_or(&[]);
            hosted.manager.handle_frame(TransportId(transport), header, length as usize, frame, Instant(now));
        }
    });
}

/// Answers a READ_HANDSHAKE record. `flags`: 1 the JSON is an object, 2 `sid` is a text and not empty, 4 `upgrades` is missing or
/// an array of texts, 8 it names websocket, 16 webtransport. Numbers that are none are NaN; a missing `max_payload` is infinity.
#[allow(clippy::too_many_arguments)] // Numbers cross one by one.
#[wasm_bindgen]
pub fn handshake(
    manager: u32,
    transport: u32,
    slot: u32,
    flags: u32,
    ping_interval: f64,
    ping_timeout: f64,
    max_payload: f64,
    now: f64,
) {
    let frame = Slot::own(slot);
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
    with_manager(manager, |manager| manager.handle_handshake(TransportId(transport), frame, handshake, Instant(now)));
}

/// Answers a READ_CONNECT record, whose slot and offset come back. `flags`: 1 the JSON is an object, or there is none, 2 `sid` is
/// a text and not empty, 4 `pid` is the one that the socket had before.
#[wasm_bindgen]
pub fn joined(manager: u32, socket: u32, slot: u32, offset: u32, flags: u32, now: f64) {
    let frame = Slot::own(slot);
    let joined = Joined { sid: flags & 2 != 0, same_pid: flags & 4 != 0 };
    let joined = if flags & 1 == 0 { Err(ProtocolError::BadPayload) } else { Ok(joined) };
    with_manager(manager, |manager| {
        manager.handle_connect(SocketId(socket), frame, offset as usize, joined, Instant(now));
    });
}

/// A binary frame.
#[wasm_bindgen]
pub fn frame_binary(manager: u32, transport: u32, slot: u32, now: f64) {
    let attachment = Slot::own(slot);
    with_manager(manager, |manager| manager.handle_binary(TransportId(transport), attachment, Instant(now)));
}

/// A WebSocket is open.
#[wasm_bindgen]
pub fn opened(manager: u32, transport: u32, now: f64) {
    with_manager(manager, |manager| manager.handle_opened(TransportId(transport), Instant(now)));
}

/// A GET is over, and every packet of its body was handed in.
#[wasm_bindgen]
pub fn polled(manager: u32, transport: u32, now: f64) {
    with_manager(manager, |manager| manager.handle_polled(TransportId(transport), Instant(now)));
}

/// A POST is over.
#[wasm_bindgen]
pub fn drained(manager: u32, transport: u32, now: f64) {
    with_manager(manager, |manager| manager.handle_drained(TransportId(transport), Instant(now)));
}

/// A WebSocket was closed; the slot holds what the host knows of it.
#[wasm_bindgen]
pub fn closed(manager: u32, transport: u32, slot: u32, now: f64) {
    lost(manager, transport, DisconnectReason::TransportClose, slot, now);
}

/// A transport failed; the slot holds the host's error.
#[wasm_bindgen]
pub fn failed(manager: u32, transport: u32, slot: u32, now: f64) {
    lost(manager, transport, DisconnectReason::TransportError, slot, now);
}

/// A content could not be read: `code` is a rule of [`ProtocolError`].
#[wasm_bindgen]
pub fn malformed(manager: u32, code: u32, slot: u32, now: f64) {
    let detail = Slot::take(slot);
    let error = ProtocolError::from_code(code as u8);
    with_manager(manager, |manager| manager.handle_malformed(error, detail, Instant(now)));
}

/// The page or the network changed; `change` counts up in the order of [`NetworkChange`].
#[wasm_bindgen]
pub fn network(manager: u32, change: u32, now: f64) {
    let change = match change {
        0 => NetworkChange::Offline,
        1 => NetworkChange::Online,
        2 => NetworkChange::Hidden,
        3 => NetworkChange::Visible,
        4 => NetworkChange::PageHide,
        5 => NetworkChange::PageShow,
        6 => NetworkChange::Resume,
        7 => NetworkChange::Freeze,
        8 => NetworkChange::BeforeUnload,
        _ => return,
    };
    with_manager(manager, |manager| manager.handle_network(change, Instant(now)));
}

/// The timer fired.
#[wasm_bindgen]
pub fn timeout(manager: u32, now: f64) {
    with(|state| {
        if let Some(Some(hosted)) = state.managers.get_mut(manager as usize) {
            hosted.armed = Instant::NEVER;
            hosted.manager.handle_timeout(Instant(now));
        }
    });
}

/// The end of the turn that a DEFER record asked for.
#[wasm_bindgen]
pub fn turn(manager: u32, now: f64) {
    with_manager(manager, |manager| manager.handle_turn(Instant(now)));
}

/// Moves the next output into the record and gives its kind; 0 when there is none. The last one tells the timer's deadline,
/// if it changed.
#[wasm_bindgen]
pub fn next(manager: u32) -> u32 {
    with(|state| {
        let State { managers, record, head, .. } = state;
        let Some(Some(hosted)) = managers.get_mut(manager as usize) else {
            return 0;
        };
        let Hosted { manager, armed } = &mut **hosted;
        if let Some(output) = manager.poll_output() {
            return record.write(output, manager, head);
        }
        let deadline = manager.next_timeout();
        if deadline == *armed {
            return 0;
        }
        *armed = deadline;
        record.write_timer(deadline)
    })
}

/// The slot of the `index`-th event that waits for its socket to connect; it stays the core's. 0: there is none.
#[wasm_bindgen]
pub fn buffered(manager: u32, socket: u32, index: u32) -> u32 {
    with_manager(manager, |manager| manager.buffered(SocketId(socket)).nth(index as usize).map_or(0, Slot::number))
}

/// How many packets wait for the engine's transport.
#[wasm_bindgen]
pub fn queue_length(manager: u32) -> u32 {
    with_manager(manager, |manager| manager.queue_len() as u32)
}

fn lost(manager: u32, transport: u32, reason: DisconnectReason, slot: u32, now: f64) {
    let detail = Slot::take(slot);
    with_manager(manager, |manager| manager.handle_lost(TransportId(transport), reason, detail, Instant(now)));
}

fn with_content(manager: u32, slot: u32, attachments: u32, body: impl FnOnce(&mut Hosted, Content<Slot>)) {
    with(|state| {
        let State { managers, record, .. } = state;
        let content = Content { text: Slot::own(slot), attachments: record.attachments(attachments) };
        if let Some(Some(hosted)) = managers.get_mut(manager as usize) {
            body(hosted, content);
        }
    });
}
