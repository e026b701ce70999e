//! What transports report, and where received packets go.

use super::assembly::{Assembly, Received};
use super::manager::Manager;
use super::output::{Host, Output};
use super::packet::{self, Header, PacketType};
use super::socket::{SocketId, SocketState};
use crate::config::MAX_PACKET;
use crate::engineio::{Event, Handshake, TransportId};
use crate::error::{DisconnectReason, ErrorCode, ProtocolError};
use crate::payload::Payload;
use crate::time::Instant;

impl<P: Payload, H: Host<P>> Manager<P, H> {
    /// A text frame of `length` code units. `header` holds the first of them: see [`packet::header`].
    pub fn handle_frame(&mut self, transport: TransportId, header: &[u16], length: usize, frame: P, now: Instant) {
        self.begin(now, Some(frame));
        let Some((session, io)) = self.engine.owner(transport) else {
            return;
        };
        match session.handle_text(transport, header, io) {
            Ok(Event::Message) => self.handle_message(header, length),
            Ok(Event::Handshake) => self.engine.pass(|frame| Output::ReadHandshake { transport, frame }),
            Ok(Event::Base64) => self.handle_attachment(length),
            Ok(event) => self.handle_session_event(event),
            Err(code) => self.break_off(code),
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
        self.begin(now, Some(frame));
        let Some((session, io)) = self.engine.owner(transport) else {
            return;
        };
        match handshake {
            Ok(handshake) => {
                if session.accept(&handshake, io) {
                    self.engine.pass(|frame| Output::Handshake { transport, frame });
                    self.opened();
                }
            }
            Err(error) => self.break_off(ErrorCode::Handshake(error)),
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
        self.begin(now, Some(frame));
        match joined {
            Ok(Joined { sid: true, same_pid }) => {
                if let Some((socket, engine)) = self.socket_and_engine(socket) {
                    socket.handle_connect(json, same_pid, engine);
                }
                self.upgrade_if_settled();
            }
            // Servers of Socket.IO 2 answer without a sid.
            Ok(Joined { sid: false, .. }) => self.turn_out(Some(socket), Some((ErrorCode::ServerV2, json))),
            Err(error) => self.reject(error),
        }
    }

    /// A binary frame of `length` bytes.
    pub fn handle_binary(&mut self, transport: TransportId, length: usize, attachment: P, now: Instant) {
        self.begin(now, Some(attachment));
        let Some((session, _)) = self.engine.owner(transport) else {
            return;
        };
        match session.handle_binary(transport) {
            Ok(Event::Binary) => self.handle_attachment(length),
            Ok(event) => self.handle_session_event(event),
            Err(code) => self.break_off(code),
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
            Err(code) => self.break_off(code),
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
        self.begin(now, detail);
        let Some((session, io)) = self.engine.owner(transport) else {
            return;
        };
        let event = session.handle_lost(transport, reason, io);
        self.engine.forget_left();
        match event {
            Event::Lost(reason) => self.session_lost(reason, self.engine.at_hand.is_some()),
            Event::UpgradeFailed => {
                let detail = self.engine.at_hand.take();
                self.engine.output(Output::UpgradeFailed(detail));
            }
            event => self.handle_session_event(event),
        }
    }

    /// The app's side could not read a content it was given: its JSON or a placeholder is wrong.
    pub fn handle_malformed(&mut self, error: ProtocolError, detail: Option<P>, now: Instant) {
        self.begin(now, detail);
        self.reject(error);
    }

    fn handle_message(&mut self, header: &[u16], length: usize) {
        let Header { kind, namespace, ack, json, attachments } = match packet::decode(header, 1, length) {
            Ok(header) => header,
            Err(error) => return self.reject(error),
        };
        if self.assembly.is_some() {
            return self.reject(ProtocolError::TextDuringReassembly);
        }
        if length > MAX_PACKET {
            return self.break_off(ErrorCode::TooLarge);
        }
        let socket = if namespace.is_empty() {
            self.root
        } else {
            self.engine.at_hand.as_ref().and_then(|frame| self.engine.io.host.find(frame, header, namespace))
        };
        match kind {
            PacketType::Event | PacketType::Ack => {
                if attachments > self.engine.io.config.max_attachments {
                    return self.reject(ProtocolError::BadAttachmentCount);
                }
                let event = Received { socket, is_ack: kind == PacketType::Ack, ack, json, attachments, size: length };
                if attachments > 0 {
                    self.assembly =
                        self.engine.at_hand.take().map(|text| Assembly { event, text, missing: attachments });
                } else {
                    self.deliver(event);
                }
            }
            PacketType::Connect => {
                if let Some(socket) = socket {
                    self.engine.pass(|frame| Output::ReadConnect { socket, frame, json });
                }
            }
            PacketType::Disconnect => self.turn_out(socket, None),
            PacketType::ConnectError => self.turn_out(socket, Some((ErrorCode::Denied, json))),
        }
    }

    /// The payload at hand is an attachment, of so many bytes or digits of base64.
    fn handle_attachment(&mut self, length: usize) {
        let Some(assembly) = &mut self.assembly else {
            return self.reject(ProtocolError::StrayBinary);
        };
        if let Some(attachment) = self.engine.at_hand.take() {
            assembly.add(attachment, length);
        }
        if assembly.event.size > MAX_PACKET {
            self.break_off(ErrorCode::TooLarge);
        } else if assembly.missing == 0
            && let Some(Assembly { event, text, .. }) = self.assembly.take()
        {
            self.engine.at_hand = Some(text);
            self.deliver(event);
        }
    }

    /// The payload at hand is a complete event or ack. One for an unknown namespace is dropped.
    fn deliver(&mut self, event: Received) {
        let Some((socket, engine)) = event.socket.and_then(|socket| self.socket_and_engine(socket)) else {
            return;
        };
        if event.is_ack {
            socket.handle_ack(event, engine);
        } else if !socket.handle_event(event, engine) {
            self.break_off(ErrorCode::TooLarge);
        }
    }

    /// The server makes a socket leave: with DISCONNECT, or by a refusal. A manager that is of no more use closes before the
    /// socket is told, as in the official client.
    fn turn_out(&mut self, socket: Option<SocketId>, refusal: Option<(ErrorCode, usize)>) {
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
            if let Some((code, json)) = refusal {
                found.refuse(code, json, engine);
            }
        }
        self.settle();
    }

    fn reject(&mut self, error: ProtocolError) {
        self.break_off(ErrorCode::Protocol(error));
    }

    /// Frees what an input brought and nobody took. The next one does it too.
    pub fn finish(&mut self) {
        self.engine.at_hand = None;
    }

    /// Begins an input that may bring a payload.
    pub(super) fn begin(&mut self, now: Instant, payload: Option<P>) {
        self.engine.io.now = now;
        self.engine.at_hand = payload;
    }
}

/// The members of the server's CONNECT as a host found them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joined {
    /// Whether `sid` is a text, and not an empty one. Servers of Socket.IO 2 send none.
    pub sid: bool,
    /// Whether `pid` is there, and the one that this socket had before.
    pub same_pid: bool,
}
