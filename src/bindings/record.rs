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

use alloc::vec::Vec;

use super::slot::Slot;
use super::state::HEAD_UNITS;
use crate::engineio::{Command, Packet};
use crate::error::Cause;
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
    pub(super) const TEXT: u32 = 1;
    pub(super) const BINARY: u32 = 2;
    pub(super) const BASE64: u32 = 3;
    pub(super) const UNCOMPRESSED: u32 = 8;
}

/// The place that host and core share.
#[repr(C, align(8))]
pub(super) struct Record {
    words: Words,
    attachments: [u32; MAX_ATTACHMENTS],
}

/// The words before the attachments.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
struct Words {
    kind: u32,
    a: u32,
    number: f64,
    slot: u32,
    b: u32,
    c: u32,
}

/// A record that says nothing.
const NOTHING: Words = Words { kind: 0, a: 0, number: 0.0, slot: 0, b: 0, c: 0 };

impl Record {
    pub(super) const fn new() -> Record {
        Record { words: NOTHING, attachments: [0; MAX_ATTACHMENTS] }
    }

    /// The attachments that the host wrote before a call.
    pub(super) fn attachments(&self, count: u32) -> Vec<Slot> {
        self.attachments.iter().take(count as usize).map(|number| Slot::own(*number)).collect()
    }

    /// Writes the timer's record.
    pub(super) fn write_timer(&mut self, deadline: Instant) -> u32 {
        self.words = Words { kind: kind::TIMER, number: deadline.0, ..NOTHING };
        kind::TIMER
    }

    /// Writes an output and gives its kind.
    pub(super) fn write(&mut self, output: Output<Slot>, manager: &Manager<Slot>, head: &mut [u16; HEAD_UNITS]) -> u32 {
        self.words = self.words_of(output, manager, head);
        self.words.kind
    }

    fn words_of(&mut self, output: Output<Slot>, manager: &Manager<Slot>, head: &mut [u16; HEAD_UNITS]) -> Words {
        match output {
            Output::Event { socket, content, json, ack } => {
                let number = ack.map_or(-1.0, |id| id as f64);
                self.content(Words { kind: kind::EVENT, a: socket.0, number, b: json as u32, ..NOTHING }, content)
            }
            Output::Ack { socket, token, content, json } => {
                let number = f64::from(token);
                self.content(Words { kind: kind::ACK, a: socket.0, number, b: json as u32, ..NOTHING }, content)
            }
            Output::Transport(command) => command_words(command, manager, head),
            Output::Read { transport, frame } => Words { kind: kind::READ, ..frame_words(transport.0, frame, 0) },
            Output::ReadHandshake { transport, frame } => {
                Words { kind: kind::READ_HANDSHAKE, ..frame_words(transport.0, frame, 1) }
            }
            Output::ReadConnect { socket, frame, json } => {
                Words { kind: kind::READ_CONNECT, ..frame_words(socket.0, frame, json) }
            }
            Output::Handshake { transport, frame } => {
                Words { kind: kind::HANDSHAKE, ..frame_words(transport.0, frame, 1) }
            }
            Output::Connected { socket, frame, json, recovered } => {
                Words { kind: kind::CONNECTED, c: u32::from(recovered), ..frame_words(socket.0, frame, json) }
            }
            Output::AckFailed { socket, token, failure } => {
                Words { kind: kind::ACK_FAILED, a: socket.0, number: f64::from(token), b: failure as u32, ..NOTHING }
            }
            Output::Connect(socket) => Words { kind: kind::CONNECT, a: socket.0, ..NOTHING },
            Output::ConnectError { socket, cause, json, retry_in } => {
                // The rule that was broken is only ever part of a CAUSE.
                let number = retry_in.unwrap_or(-1.0);
                Words { kind: kind::CONNECT_ERROR, a: socket.0, number, c: json as u32, ..cause_words(cause) }
            }
            Output::Disconnected { socket, reason, has_cause } => {
                Words { kind: kind::DISCONNECT, a: socket.0, b: reason as u32, c: u32::from(has_cause), ..NOTHING }
            }
            Output::Cause(cause) => Words { kind: kind::CAUSE, ..cause_words(Some(cause)) },
            Output::Engine(transport) => Words { kind: kind::ENGINE, b: transport as u32, ..NOTHING },
            Output::EngineClosed(reason) => Words { kind: kind::ENGINE_CLOSED, b: reason as u32, ..NOTHING },
            Output::Ping => Words { kind: kind::PING, ..NOTHING },
            Output::Upgrading(transport) => Words { kind: kind::UPGRADING, b: transport as u32, ..NOTHING },
            Output::Upgraded(transport) => Words { kind: kind::UPGRADE, b: transport as u32, ..NOTHING },
            Output::UpgradeFailed(detail) => {
                Words { kind: kind::UPGRADE_ERROR, slot: detail.map_or(0, Slot::give), ..NOTHING }
            }
            Output::Opened => Words { kind: kind::OPENED, ..NOTHING },
            Output::Closed(reason) => Words { kind: kind::CLOSED, b: reason as u32, ..NOTHING },
            Output::Error => Words { kind: kind::ERROR, ..NOTHING },
            Output::Waiting { attempt, delay } => Words { kind: kind::WAITING, a: attempt, number: delay, ..NOTHING },
            Output::ReconnectAttempt(attempt) => {
                Words { kind: kind::RECONNECT_ATTEMPT, number: f64::from(attempt), ..NOTHING }
            }
            Output::Reconnected(attempt) => Words { kind: kind::RECONNECT, number: f64::from(attempt), ..NOTHING },
            Output::ReconnectError => Words { kind: kind::RECONNECT_ERROR, ..NOTHING },
            Output::ReconnectFailed => Words { kind: kind::RECONNECT_FAILED, ..NOTHING },
            Output::AuthWanted { socket, attempt } => {
                Words { kind: kind::AUTH, a: socket.0, number: f64::from(attempt), ..NOTHING }
            }
        }
    }

    fn content(&mut self, words: Words, content: Content<Slot>) -> Words {
        let c = content.attachments.len() as u32;
        for (place, attachment) in self.attachments.iter_mut().zip(content.attachments) {
            *place = attachment.give();
        }
        Words { slot: content.text.give(), c, ..words }
    }
}

fn command_words(command: Command<Outgoing<Slot>>, manager: &Manager<Slot>, head: &mut [u16; HEAD_UNITS]) -> Words {
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
            let words = Words { kind: kind::SEND, a: transport.0, b: length as u32, ..NOTHING };
            let Packet::Message(Outgoing { content: Some(content), kind, compress, .. }) = packet else {
                return words;
            };
            let form = match kind {
                Some(_) => form::TEXT,
                None if base64 => form::BASE64,
                None => form::BINARY,
            };
            let c = if compress { form } else { form | form::UNCOMPRESSED };
            Words { slot: content.give(), c, ..words }
        }
        Command::Open { transport, kind: of, with_sid } => {
            Words { kind: kind::OPEN, a: transport.0, b: of as u32, c: u32::from(with_sid), ..NOTHING }
        }
        Command::Flush(transport) => Words { kind: kind::FLUSH, a: transport.0, ..NOTHING },
        Command::Poll(transport) => Words { kind: kind::POLL, a: transport.0, ..NOTHING },
        Command::Close(transport) => Words { kind: kind::CLOSE, a: transport.0, ..NOTHING },
        Command::Defer => Words { kind: kind::DEFER, ..NOTHING },
    }
}

fn frame_words(of: u32, frame: Slot, json: usize) -> Words {
    Words { a: of, slot: frame.give(), b: json as u32, ..NOTHING }
}

fn cause_words(cause: Option<Cause<Slot>>) -> Words {
    let Some(Cause { code, detail }) = cause else {
        return NOTHING;
    };
    let (b, number) = (u32::from(code.number()), f64::from(code.rule()));
    Words { b, number, slot: detail.map_or(0, Slot::give), ..NOTHING }
}
