//! Outputs as records of numbers.
//!
//! | word | holds |
//! |---|---|
//! | 0 | kind |
//! | 1 | `a`: socket or transport |
//! | 2–3 | `number`: an `f64` |
//! | 4 | slot, 0: none; handed to the host |
//! | 5 | `b`: offset, reason, code, length of the head |
//! | 6 | `c`: flags, count |
//! | 8… | slots of attachments |

use super::slot::Slot;
use super::state::HEAD_UNITS;
use crate::config::TransportKind;
use crate::engineio::{Command, Packet, TransportId};
use crate::error::{Cause, DisconnectReason};
use crate::payload::Content;
use crate::socketio::{Manager, Outgoing, Output};
use crate::time::Instant;

/// The most attachments of one packet that can cross.
pub(super) const MAX_ATTACHMENTS: usize = 1024;

/// The kinds of records.
#[allow(missing_docs)] // Each is the output of its name.
pub mod kind {
    pub const TIMER: u32 = 1;
    pub const DEFER: u32 = 2;
    pub const OPEN: u32 = 3;
    pub const SEND: u32 = 4;
    pub const FLUSH: u32 = 5;
    pub const POLL: u32 = 6;
    pub const CLOSE: u32 = 7;
    pub const READ: u32 = 8;
    pub const HANDSHAKE: u32 = 9;
    pub const EVENT: u32 = 10;
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
    pub const WAITING: u32 = 32;
    pub const READ_HANDSHAKE: u32 = 33;
    pub const READ_CONNECT: u32 = 34;
}

/// How a SEND's content goes out.
mod form {
    pub(super) const NONE: u32 = 0;
    pub(super) const TEXT: u32 = 1;
    pub(super) const BINARY: u32 = 2;
    pub(super) const BASE64: u32 = 3;
    pub(super) const UNCOMPRESSED: u32 = 8;
}

/// The place that host and core share.
#[repr(C, align(8))]
pub(super) struct Record {
    kind: u32,
    a: u32,
    number: f64,
    slot: u32,
    b: u32,
    c: u32,
    reserved: u32,
    attachments: [u32; MAX_ATTACHMENTS],
}

impl Record {
    pub(super) const fn new() -> Record {
        Record { kind: 0, a: 0, number: 0.0, slot: 0, b: 0, c: 0, reserved: 0, attachments: [0; MAX_ATTACHMENTS] }
    }

    /// The attachments that the host wrote before a call.
    pub(super) fn attachments(&self, count: u32) -> alloc::vec::Vec<Slot> {
        self.attachments.iter().take(count as usize).map(|number| Slot::own(*number)).collect()
    }

    /// Writes the timer's record.
    pub(super) fn write_timer(&mut self, deadline: Instant) -> u32 {
        self.number(kind::TIMER, deadline.0)
    }

    /// Writes an output and gives its kind.
    pub(super) fn write(&mut self, output: Output<Slot>, manager: &Manager<Slot>, head: &mut [u16; HEAD_UNITS]) -> u32 {
        match output {
            Output::Event { socket, content, json, ack } => {
                self.content(content, json);
                self.number = ack.map_or(-1.0, |id| id as f64);
                self.set(kind::EVENT, socket.0)
            }
            Output::Ack { socket, token, content, json } => {
                self.content(content, json);
                self.number = f64::from(token);
                self.set(kind::ACK, socket.0)
            }
            Output::Transport(command) => self.command(command, manager, head),
            Output::Read { transport, frame } => self.frame(kind::READ, transport, frame, 0),
            Output::ReadHandshake { transport, frame } => self.frame(kind::READ_HANDSHAKE, transport, frame, 1),
            Output::ReadConnect { socket, frame, json } => {
                self.slot = frame.give();
                self.b = json as u32;
                self.set(kind::READ_CONNECT, socket.0)
            }
            Output::Handshake { transport, frame } => self.frame(kind::HANDSHAKE, transport, frame, 1),
            Output::AckFailed { socket, token, failure } => {
                self.number = f64::from(token);
                self.b = failure as u32;
                self.set(kind::ACK_FAILED, socket.0)
            }
            Output::Connected { socket, frame, json, recovered } => {
                self.slot = frame.give();
                self.b = json as u32;
                self.c = u32::from(recovered);
                self.set(kind::CONNECTED, socket.0)
            }
            Output::Connect(socket) => self.set(kind::CONNECT, socket.0),
            Output::ConnectError { socket, cause, json, retry_in } => {
                self.cause(cause);
                self.c = json as u32;
                // The rule that was broken is only ever part of a CAUSE.
                self.number = retry_in.unwrap_or(-1.0);
                self.set(kind::CONNECT_ERROR, socket.0)
            }
            Output::Disconnected { socket, reason, has_cause } => {
                self.b = reason as u32;
                self.c = u32::from(has_cause);
                self.set(kind::DISCONNECT, socket.0)
            }
            Output::Cause(cause) => {
                self.cause(Some(cause));
                self.set(kind::CAUSE, 0)
            }
            Output::Engine(transport) => self.transport_kind(kind::ENGINE, transport),
            Output::EngineClosed(reason) => self.reason(kind::ENGINE_CLOSED, reason),
            Output::Ping => self.set(kind::PING, 0),
            Output::Upgrading(transport) => self.transport_kind(kind::UPGRADING, transport),
            Output::Upgraded(transport) => self.transport_kind(kind::UPGRADE, transport),
            Output::UpgradeFailed(detail) => {
                self.slot = detail.map_or(0, Slot::give);
                self.set(kind::UPGRADE_ERROR, 0)
            }
            Output::Opened => self.set(kind::OPENED, 0),
            Output::Closed(reason) => self.reason(kind::CLOSED, reason),
            Output::Error => self.set(kind::ERROR, 0),
            Output::Waiting { attempt, delay } => {
                self.number(kind::WAITING, delay);
                self.set(kind::WAITING, attempt)
            }
            Output::ReconnectAttempt(attempt) => self.number(kind::RECONNECT_ATTEMPT, f64::from(attempt)),
            Output::Reconnected(attempt) => self.number(kind::RECONNECT, f64::from(attempt)),
            Output::ReconnectError => self.set(kind::RECONNECT_ERROR, 0),
            Output::ReconnectFailed => self.set(kind::RECONNECT_FAILED, 0),
            Output::AuthWanted { socket, attempt } => {
                self.number(kind::AUTH, f64::from(attempt));
                self.set(kind::AUTH, socket.0)
            }
        }
    }

    fn command(
        &mut self,
        command: Command<Outgoing<Slot>>,
        manager: &Manager<Slot>,
        head: &mut [u16; HEAD_UNITS],
    ) -> u32 {
        match command {
            Command::Send { transport, packet, follows, base64 } => {
                let mut length = 0;
                let mut write = |unit: u16| {
                    if let Some(place) = head.get_mut(length) {
                        *place = unit;
                        length += 1;
                    }
                };
                packet.write_head(follows, base64, &mut write, |message, write| {
                    message.write_header(manager.namespace(message.socket), write);
                });
                self.b = length as u32;
                self.c = form::NONE;
                self.slot = 0;
                if let Packet::Message(Outgoing { content: Some(content), kind, compress, .. }) = packet {
                    let form = match kind {
                        Some(_) => form::TEXT,
                        None if base64 => form::BASE64,
                        None => form::BINARY,
                    };
                    self.c = form | if compress { 0 } else { form::UNCOMPRESSED };
                    self.slot = content.give();
                }
                self.set(kind::SEND, transport.0)
            }
            Command::Open { transport, kind: of, with_sid } => {
                self.b = of as u32;
                self.c = u32::from(with_sid);
                self.set(kind::OPEN, transport.0)
            }
            Command::Flush(transport) => self.set(kind::FLUSH, transport.0),
            Command::Poll(transport) => self.set(kind::POLL, transport.0),
            Command::Close(transport) => self.set(kind::CLOSE, transport.0),
            Command::Defer => self.set(kind::DEFER, 0),
        }
    }

    fn content(&mut self, content: Content<Slot>, json: usize) {
        self.slot = content.text.give();
        self.b = json as u32;
        self.c = content.attachments.len() as u32;
        for (place, attachment) in self.attachments.iter_mut().zip(content.attachments) {
            *place = attachment.give();
        }
    }

    fn frame(&mut self, kind: u32, transport: TransportId, frame: Slot, offset: u32) -> u32 {
        self.slot = frame.give();
        self.b = offset;
        self.set(kind, transport.0)
    }

    fn cause(&mut self, cause: Option<Cause<Slot>>) {
        self.b = 0;
        self.number = 0.0;
        self.slot = 0;
        if let Some(Cause { code, detail }) = cause {
            self.b = u32::from(code.number());
            self.number = f64::from(code.rule());
            self.slot = detail.map_or(0, Slot::give);
        }
    }

    fn reason(&mut self, kind: u32, reason: DisconnectReason) -> u32 {
        self.b = reason as u32;
        self.set(kind, 0)
    }

    fn transport_kind(&mut self, kind: u32, transport: TransportKind) -> u32 {
        self.b = transport as u32;
        self.set(kind, 0)
    }

    fn number(&mut self, kind: u32, number: f64) -> u32 {
        self.number = number;
        self.set(kind, 0)
    }

    fn set(&mut self, kind: u32, a: u32) -> u32 {
        self.kind = kind;
        self.a = a;
        kind
    }
}
