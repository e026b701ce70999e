//! What transports report, and where received packets go.

use super::assembly::Assembly;
use super::manager::Manager;
use super::output::{Host, Output};
use super::packet::{self, Header, HeaderError, PacketType};
use super::socket::{SocketId, SocketState};
use crate::config::MAX_HEADER;
use crate::engineio::{Event, Handshake, TransportId};
use crate::error::{Cause, DisconnectReason, ErrorCode, ProtocolError};
use crate::payload::{Content, Payload};
use crate::time::Instant;

impl<P: Payload, H: Host<P>> Manager<P, H> {
    /// A text frame of `length` code units. `header` holds its first ones: those before the JSON, at most
    /// [`crate::config::HEADER_CUT`], or all of them in answer to [`Output::Read`].
    pub fn handle_frame(&mut self, transport: TransportId, header: &[u16], length: usize, frame: P, now: Instant) {
        self.engine.io.now = now;
        let Some((session, io)) = self.engine.owner(transport) else {
            return;
        };
        match session.handle_text(transport, header, io) {
            Ok(Event::Message) => self.handle_message(transport, header, length, frame),
            Ok(Event::Handshake) => self.engine.output(Output::ReadHandshake { transport, frame }),
            Ok(Event::Base64) => self.handle_attachment(frame),
            Ok(event) => self.handle_session_event(event),
            Err(code) => self.break_off(Cause { code, detail: Some(frame) }),
        }
    }

    /// The answer to [`Output::ReadHandshake`].
    pub fn handle_handshake(
        &mut self,
        transport: TransportId,
        frame: P,
        handshake: Result<Handshake, ProtocolError>,
        now: Instant,
    ) {
        self.engine.io.now = now;
        let Some((session, io)) = self.engine.owner(transport) else {
            return;
        };
        match handshake {
            Ok(handshake) => {
                if session.accept(&handshake, io) {
                    self.engine.output(Output::Handshake { transport, frame });
                    self.opened();
                }
            }
            Err(error) => self.break_off(Cause { code: ErrorCode::Handshake(error), detail: Some(frame) }),
        }
    }

    /// The answer to [`Output::ReadConnect`].
    pub fn handle_connect(
        &mut self,
        socket: SocketId,
        frame: P,
        json: usize,
        joined: Result<Joined, ProtocolError>,
        now: Instant,
    ) {
        self.engine.io.now = now;
        match joined {
            Ok(Joined { sid: true, same_pid }) => {
                if let Some((socket, engine)) = self.socket_and_engine(socket) {
                    socket.handle_connect(frame, json, same_pid, engine);
                }
                self.upgrade_if_settled();
            }
            // Servers of Socket.IO 2 answer without a sid.
            Ok(Joined { sid: false, .. }) => {
                let cause = Cause { code: ErrorCode::ServerV2, detail: Some(frame) };
                self.turn_out(Some(socket), Some((cause, json)));
            }
            Err(error) => self.reject(error, frame),
        }
    }

    /// A binary frame.
    pub fn handle_binary(&mut self, transport: TransportId, attachment: P, now: Instant) {
        self.engine.io.now = now;
        let Some((session, _)) = self.engine.owner(transport) else {
            return;
        };
        match session.handle_binary(transport) {
            Ok(Event::Binary) => self.handle_attachment(attachment),
            Ok(event) => self.handle_session_event(event),
            Err(code) => self.break_off(Cause::new(code)),
        }
    }

    /// A transport that connects is connected.
    pub fn handle_opened(&mut self, transport: TransportId, now: Instant) {
        self.engine.io.now = now;
        if let Some((session, io)) = self.engine.owner(transport) {
            session.handle_opened(transport, io);
        }
    }

    /// A GET is over, and every packet of its body was handed in.
    pub fn handle_polled(&mut self, transport: TransportId, now: Instant) {
        self.engine.io.now = now;
        let Some((session, io)) = self.engine.owner(transport) else {
            return;
        };
        match session.handle_polled(transport, io) {
            Ok(event) => self.handle_session_event(event),
            Err(code) => self.break_off(Cause::new(code)),
        }
    }

    /// A POST is over: the server has what it held.
    pub fn handle_drained(&mut self, transport: TransportId, now: Instant) {
        self.engine.io.now = now;
        if let Some((session, io)) = self.engine.owner(transport) {
            let event = session.handle_drained(io);
            self.engine.forget_left();
            self.handle_session_event(event);
        }
    }

    /// A transport was closed (`TransportClose`) or failed (`TransportError`); `detail` is what the host knows of it.
    pub fn handle_lost(&mut self, transport: TransportId, reason: DisconnectReason, detail: Option<P>, now: Instant) {
        self.engine.io.now = now;
        let Some((session, io)) = self.engine.owner(transport) else {
            return;
        };
        let event = session.handle_lost(transport, reason, io);
        self.engine.forget_left();
        match event {
            Event::Lost(reason) => self.session_lost(reason, detail),
            Event::UpgradeFailed => self.engine.output(Output::UpgradeFailed(detail)),
            event => self.handle_session_event(event),
        }
    }

    /// The app's side could not read a content it was given: its JSON or a placeholder is wrong.
    pub fn handle_malformed(&mut self, error: ProtocolError, detail: Option<P>, now: Instant) {
        self.engine.io.now = now;
        self.break_off(Cause { code: ErrorCode::Protocol(error), detail });
    }

    fn handle_message(&mut self, transport: TransportId, header: &[u16], length: usize, frame: P) {
        let Header { kind, namespace, ack, json, attachments } = match packet::decode(header, 1, length) {
            Ok(header) => header,
            Err(HeaderError::Incomplete) => return self.read(transport, length, frame),
            Err(HeaderError::Invalid(error)) => return self.reject(error, frame),
        };
        if self.assembly.is_some() {
            return self.reject(ProtocolError::TextDuringReassembly, frame);
        }
        if self.is_too_large(length) {
            return self.break_off(Cause::new(ErrorCode::TooLarge));
        }
        let socket = self.find(header.get(namespace).filter(|namespace| !namespace.is_empty()).unwrap_or(ROOT));
        match kind {
            PacketType::Event | PacketType::Ack => {
                if attachments > self.engine.io.config.max_attachments {
                    return self.reject(ProtocolError::BadAttachmentCount, frame);
                }
                let content = Content::text(frame);
                let assembly = Assembly { socket, kind, ack, json, content, missing: attachments, size: length };
                if attachments > 0 {
                    self.assembly = Some(assembly);
                } else {
                    self.deliver(assembly);
                }
            }
            PacketType::Connect => {
                if let Some(socket) = socket {
                    self.engine.output(Output::ReadConnect { socket, frame, json });
                }
            }
            PacketType::Disconnect => self.turn_out(socket, None),
            PacketType::ConnectError => {
                let cause = Cause { code: ErrorCode::Denied, detail: Some(frame) };
                self.turn_out(socket, Some((cause, json)));
            }
        }
    }

    fn handle_attachment(&mut self, attachment: P) {
        let Some(mut assembly) = self.assembly.take() else {
            return self.reject(ProtocolError::StrayBinary, attachment);
        };
        let complete = assembly.add(attachment);
        if self.is_too_large(assembly.size) {
            self.break_off(Cause::new(ErrorCode::TooLarge));
        } else if complete {
            self.deliver(assembly);
        } else {
            self.assembly = Some(assembly);
        }
    }

    /// A complete event or ack. One for an unknown namespace is dropped.
    fn deliver(&mut self, packet: Assembly<P>) {
        let Assembly { socket, kind, ack, json, content, size, .. } = packet;
        let Some((socket, engine)) = socket.and_then(|socket| self.socket_and_engine(socket)) else {
            return;
        };
        match (kind, ack) {
            (PacketType::Ack, Some(id)) => socket.handle_ack(id, content, json, engine),
            (_, ack) => {
                if !socket.handle_event(content, json, ack, size, engine) {
                    self.break_off(Cause::new(ErrorCode::TooLarge));
                }
            }
        }
    }

    /// Whether a received packet of this size is more than is taken.
    fn is_too_large(&self, size: usize) -> bool {
        size as f64 > self.engine.io.config.max_packet
    }

    /// The server makes a socket leave: with DISCONNECT, or by a refusal. A manager that is of no more use closes before the
    /// socket is told, as in the official client.
    fn turn_out(&mut self, socket: Option<SocketId>, refusal: Option<(Cause<P>, usize)>) {
        let Some((found, _)) = socket.and_then(|socket| self.socket_and_engine(socket)) else {
            return;
        };
        let joined = match found.state {
            SocketState::Connected => true,
            SocketState::Authorizing | SocketState::Connecting | SocketState::Resting => refusal.is_none(),
            SocketState::Inactive | SocketState::AwaitingEngine => return,
        };
        found.state = SocketState::Inactive;
        self.close_if_unused();
        if let Some((found, engine)) = socket.and_then(|socket| self.socket_and_engine(socket)) {
            if joined {
                found.tell_disconnected(DisconnectReason::ServerDisconnect, false, engine);
            }
            if let Some((cause, json)) = refusal {
                found.refuse(cause, json, engine);
            }
        }
        self.settle();
    }

    fn read(&mut self, transport: TransportId, length: usize, frame: P) {
        if length <= MAX_HEADER {
            self.engine.output(Output::Read { transport, frame });
        } else {
            self.reject(ProtocolError::TooLong, frame);
        }
    }

    fn reject(&mut self, error: ProtocolError, frame: P) {
        self.break_off(Cause { code: ErrorCode::Protocol(error), detail: Some(frame) });
    }
}

/// The namespace that a packet without one is for.
const ROOT: &[u16] = &[0x2F];

/// The members of the server's CONNECT as a host found them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joined {
    /// Whether `sid` is a text, and not an empty one. Servers of Socket.IO 2 send none.
    pub sid: bool,
    /// Whether `pid` is there, and the one that this socket had before.
    pub same_pid: bool,
}
