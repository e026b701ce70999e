//! Outputs as records of numbers, handed to the host one by one.
//!
//! | field | holds |
//! |---|---|
//! | `kind` | what it is |
//! | `a` | socket or transport |
//! | `slot` | a slot, 0: none; the host's from now on |
//! | `b` | offset, reason, code, length of the head |
//! | `c`, `d` | flags, token, milliseconds (−1: none) |
//!
//! `EVENT` is an import of its own because its ack's id (−1: none) does not fit into 32 bits, `TIMER` because of its deadline. `find`
//! is no record but a question: which socket has this part of a text as its namespace? A number that no socket has: none.

use core::ops::Range;

use wasm_bindgen::prelude::wasm_bindgen;

use super::slot::Slot;
use super::state::head;
use crate::engineio::{Command, Packet, TransportId, Transports};
use crate::error::Cause;
use crate::socketio::{Host, Outgoing, Output, SocketId};

/// The kinds of records.
#[allow(missing_docs)] // Each is the output of its name.
pub mod kind {
    pub const DEFER: u32 = 2;
    pub const OPEN: u32 = 3;
    pub const SEND: u32 = 4;
    pub const FLUSH: u32 = 5;
    pub const POLL: u32 = 6;
    pub const CLOSE: u32 = 7;
    pub const HANDSHAKE: u32 = 9;
    pub const ACK: u32 = 11;
    pub const ACK_FAILED: u32 = 12;
    pub const CONNECTED: u32 = 13;
    pub const CONNECT: u32 = 14;
    pub const CONNECT_ERROR: u32 = 15;
    pub const DISCONNECT: u32 = 16;
    pub const CAUSE: u32 = 17;
    pub const OPENED: u32 = 18;
    pub const CLOSED: u32 = 19;
    pub const ERROR: u32 = 20;
    pub const RECONNECT_ATTEMPT: u32 = 21;
    pub const RECONNECT: u32 = 22;
    pub const RECONNECT_ERROR: u32 = 23;
    pub const RECONNECT_FAILED: u32 = 24;
    pub const PING: u32 = 25;
    pub const UPGRADING: u32 = 26;
    pub const UPGRADE: u32 = 27;
    pub const UPGRADE_ERROR: u32 = 28;
    pub const ENGINE: u32 = 29;
    pub const ENGINE_CLOSED: u32 = 30;
    pub const AUTH: u32 = 31;
    pub const READ_HANDSHAKE: u32 = 33;
    pub const READ_CONNECT: u32 = 34;
    /// Asked for by the export `buffered`.
    pub const BUFFERED: u32 = 35;
    pub const DROPPED: u32 = 36;
}

/// How a SEND's content goes out.
mod form {
    pub(super) const TEXT: u32 = 1;
    pub(super) const BINARY: u32 = 2;
    pub(super) const BASE64: u32 = 3;
    pub(super) const UNCOMPRESSED: u32 = 8;
}

#[wasm_bindgen]
extern "C" {
    fn record(kind: u32, a: u32, slot: u32, b: u32, c: u32, d: u32);
    fn event(socket: u32, slot: u32, offset: u32, ack: f64);
    pub(super) fn timer(deadline: f64);
    fn find(slot: u32, start: u32, end: u32) -> u32;
}

/// The host of a manager: writes down what it is told, and acts when the export that runs has returned.
#[derive(Debug)]
pub(super) struct Records;

// Always inlined: where the output is known, nothing of it is left but the call.
#[allow(clippy::inline_always)]
impl Transports<Outgoing<Slot>> for Records {
    fn send(&mut self, transport: TransportId, packet: Packet<Outgoing<Slot>>, follows: bool, base64: bool) {
        send(transport, packet, follows, base64);
    }

    #[inline(always)]
    fn command(&mut self, command: Command<Outgoing<Slot>>) {
        match command {
            Command::Send { transport, packet, follows, base64 } => send(transport, packet, follows, base64),
            Command::Open { transport, kind: of, with_sid } => {
                record(kind::OPEN, transport.0, 0, of as u32, u32::from(with_sid), 0);
            }
            Command::Flush(transport) => tell(kind::FLUSH, transport.0, 0),
            Command::Poll(transport) => tell(kind::POLL, transport.0, 0),
            Command::Close(transport) => tell(kind::CLOSE, transport.0, 0),
            Command::Defer => tell(kind::DEFER, 0, 0),
        }
    }
}

#[allow(clippy::inline_always)]
impl Host<Slot> for Records {
    #[inline(always)]
    fn tell(&mut self, output: Output<Slot>) {
        match output {
            Output::Event { socket, content, json, ack } => {
                event(socket.0, content.text.give(), json as u32, ack.map_or(-1.0, |id| id as f64));
            }
            Output::Ack { socket, token, content, json } => {
                record(kind::ACK, socket.0, content.text.give(), json as u32, token, 0);
            }
            Output::Transport(command) => self.command(command),
            Output::ReadHandshake { transport, frame } => {
                record(kind::READ_HANDSHAKE, transport.0, frame.give(), 1, 0, 0);
            }
            Output::ReadConnect { socket, frame, json } => {
                record(kind::READ_CONNECT, socket.0, frame.give(), json as u32, 0, 0);
            }
            Output::Handshake { transport, frame } => record(kind::HANDSHAKE, transport.0, frame.give(), 1, 0, 0),
            Output::Connected { socket, frame, json, recovered } => {
                record(kind::CONNECTED, socket.0, frame.give(), json as u32, u32::from(recovered), 0);
            }
            Output::AckFailed { socket, token, failure } => {
                record(kind::ACK_FAILED, socket.0, 0, failure as u32, token, 0);
            }
            Output::Dropped { socket, token, content, reason, size } => {
                record(kind::DROPPED, socket.0, content.give(), reason as u32, token.unwrap_or(0), size as u32);
            }
            Output::Connect(socket) => tell(kind::CONNECT, socket.0, 0),
            Output::ConnectError { socket, cause, json, retry_in } => {
                // The rule that was broken is only ever part of a CAUSE.
                let (code, slot) = cause.map_or((0, 0), |Cause { code, detail }| (code.number(), give(detail)));
                let retry_in = retry_in.map_or(-1, |millis| millis as i32);
                record(kind::CONNECT_ERROR, socket.0, slot, u32::from(code), json as u32, retry_in as u32);
            }
            Output::Disconnected { socket, reason, has_cause } => {
                record(kind::DISCONNECT, socket.0, 0, reason as u32, u32::from(has_cause), 0);
            }
            Output::Cause(Cause { code, detail }) => {
                record(kind::CAUSE, 0, give(detail), u32::from(code.number()), u32::from(code.rule()), 0);
            }
            Output::Engine(transport) => tell(kind::ENGINE, 0, transport as u32),
            Output::EngineClosed(reason) => tell(kind::ENGINE_CLOSED, 0, reason as u32),
            Output::Ping => tell(kind::PING, 0, 0),
            Output::Upgrading(transport) => tell(kind::UPGRADING, 0, transport as u32),
            Output::Upgraded(transport) => tell(kind::UPGRADE, 0, transport as u32),
            Output::UpgradeFailed(detail) => record(kind::UPGRADE_ERROR, 0, give(detail), 0, 0, 0),
            Output::Opened => tell(kind::OPENED, 0, 0),
            Output::Closed(reason) => tell(kind::CLOSED, 0, reason as u32),
            Output::Error => tell(kind::ERROR, 0, 0),
            // No event of the API says so: `retry` of the error does.
            Output::Waiting { .. } => {}
            Output::ReconnectAttempt(attempt) => tell(kind::RECONNECT_ATTEMPT, 0, attempt),
            Output::Reconnected(attempt) => tell(kind::RECONNECT, 0, attempt),
            Output::ReconnectError => tell(kind::RECONNECT_ERROR, 0, 0),
            Output::ReconnectFailed => tell(kind::RECONNECT_FAILED, 0, 0),
            Output::AuthWanted { socket, attempt } => tell(kind::AUTH, socket.0, attempt),
        }
    }

    /// The wrapper of npm's package drops what comes for a socket that the app has disconnected.
    #[inline(always)]
    fn forget(&mut self, _: SocketId) {}

    #[inline(always)]
    fn find(&self, frame: &Slot, _: &[u16], namespace: Range<usize>) -> Option<SocketId> {
        Some(SocketId(find(frame.number(), namespace.start as u32, namespace.end as u32)))
    }
}

/// The usual record: without a slot.
#[inline(never)]
fn tell(kind: u32, a: u32, b: u32) {
    record(kind, a, 0, b, 0, 0);
}

/// The answer to the export `buffered`.
pub(super) fn tell_buffered(content: Slot) {
    record(kind::BUFFERED, 0, content.give(), 0, 0, 0);
}

fn give(detail: Option<Slot>) -> u32 {
    detail.map_or(0, Slot::give)
}

#[inline(never)]
fn send(transport: TransportId, packet: Packet<Outgoing<Slot>>, follows: bool, base64: bool) {
    let mut head = head();
    packet.write_head(follows, base64, &NAMESPACE, &mut head);
    let (mut slot, mut form, mut socket) = (0, 0, 0);
    if let Packet::Message(message) = packet {
        socket = message.socket.0;
        if let Some(content) = message.content {
            slot = content.give();
            form = match message.kind {
                Some(_) => form::TEXT,
                None if base64 => form::BASE64,
                None => form::BINARY,
            };
            if !message.compress {
                form |= form::UNCOMPRESSED;
            }
        }
    }
    record(kind::SEND, transport.0, slot, head.len() as u32, form, socket);
}

/// Stands in a head for the namespace of the packet's socket, which the host knows as a text.
const NAMESPACE: [u16; 1] = [0x2F];
