//! One Engine.IO session: open, heartbeat, write queue, close.
//!
//! | state | input | next | output |
//! |---|---|---|---|
//! | – | [`Session::open`] | `Opening` | `Open`, and `Poll` for polling |
//! | `Opening` | OPEN packet, then [`Session::accept`] | `Open` | [`Event::Handshake`], queued packets |
//! | `Opening` | transport lost | `Opening` on the next transport (`try_all_transports`), else `Closed` | [`Event::Lost`] |
//! | `Open` | ping | `Open` | pong, deadline moved |
//! | `Open` | CLOSE packet, transport lost, ping overdue | `Closed` | [`Event::Lost`] |
//! | `Open` | [`Session::close`] | polling: `Closing` until the last POST is over; others: `Closed` | |
//! | `Closing` | last POST over, transport lost, [`Session::abort`] | `Closed` | |
//!
//! The upgrade is a machine of its own within `Open`: see `upgrade.rs`. How polling takes turns: see `polling.rs`.

use super::command::{Command, Io, TransportId};
use super::handshake::Handshake;
use super::packet::{self, Message, Packet, Received};
use super::upgrade::Upgrade;
use crate::config::{TransportKind, TransportList};
use crate::error::{DisconnectReason, ErrorCode, ProtocolError};
use crate::queue::Queue;
use crate::time::Millis;
use crate::timer::TimerKind;

/// One connection to a server, over whichever transport.
#[derive(Debug)]
pub struct Session<M> {
    pub(super) state: State,
    pub(super) queue: Queue<Packet<M>>,
    pub(super) deferred: bool,
}

#[derive(Debug)]
pub(super) enum State {
    Opening {
        link: Link,
        rest: TransportList,
    },
    Open(Open),
    Closing {
        link: Link,
        max_payload: usize,
        /// Whether the CLOSE packet was sent.
        said: bool,
    },
    Closed,
}

/// The transport in use, and which of polling's two requests are on their way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) id: TransportId,
    pub(super) kind: TransportKind,
    pub(super) get: bool,
    pub(super) post: bool,
}

#[derive(Debug)]
pub(super) struct Open {
    pub(super) link: Link,
    pub(super) upgrade: Upgrade,
    pub(super) max_payload: usize,
    ping_period: Millis,
}

/// What an input meant for the layer above.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// Nothing.
    None,
    /// The frame is the handshake: read its JSON, then [`Session::accept`] it.
    Handshake,
    /// The frame is a message; its own header begins at code unit 1.
    Message,
    /// The text frame is an attachment as base64, after one code unit.
    Base64,
    /// The frame is an attachment.
    Binary,
    /// The server pinged.
    Ping,
    /// Another transport is tried.
    NextTransport(TransportKind),
    /// The new transport answered the probe.
    Upgrading(TransportKind),
    /// The new transport took over.
    Upgraded(TransportKind),
    /// The upgrade failed; the old transport goes on.
    UpgradeFailed,
    /// The session is over.
    Lost(DisconnectReason),
}

impl<M: Message> Session<M> {
    /// Begins a session on the first transport of the list; `None` if the list is empty.
    pub fn open<O: From<Command<M>>>(transports: TransportList, io: &mut Io<O>) -> Option<Session<M>> {
        let kind = transports.first()?;
        let rest = transports.without(kind);
        let link = Link::open(kind, io);
        Some(Session { state: State::Opening { link, rest }, queue: Queue::new(), deferred: false })
    }

    /// Whether `transport` belongs to this session.
    #[must_use]
    pub fn owns(&self, transport: TransportId) -> bool {
        match &self.state {
            State::Opening { link, .. } | State::Closing { link, .. } => link.id == transport,
            State::Open(open) => open.link.id == transport || open.upgrade.transport() == Some(transport),
            State::Closed => false,
        }
    }

    /// The transport in use.
    #[must_use]
    pub fn kind(&self) -> Option<TransportKind> {
        match &self.state {
            State::Opening { link, .. } | State::Closing { link, .. } => Some(link.kind),
            State::Open(open) => Some(open.link.kind),
            State::Closed => None,
        }
    }

    /// Whether nothing is left to do.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed)
    }

    /// Whether a packet sent now would leave now; volatile events are dropped otherwise.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        match &self.state {
            State::Open(open) => !open.link.post && !open.upgrade.is_pausing(),
            State::Opening { .. } | State::Closing { .. } | State::Closed => false,
        }
    }

    /// Packets that wait to be sent.
    #[must_use]
    pub fn queue_len(&self) -> usize {
        self.queue.len()
    }

    /// Sends a packet, or queues it until its transport can take it.
    pub fn send<O: From<Command<M>>>(&mut self, packet: Packet<M>, io: &mut Io<O>) {
        match &self.state {
            State::Open(open) if open.link.kind != TransportKind::Polling => {
                let transport = open.link.id;
                let base64 = io.config.engine.force_base64 && is_attachment(&packet);
                io.command(Command::Send { transport, packet, follows: false, base64 });
            }
            State::Open(_) => {
                self.queue.push(packet);
                self.defer(io);
            }
            State::Opening { .. } => self.queue.push(packet),
            State::Closing { .. } | State::Closed => {}
        }
    }

    /// Takes a text frame.
    ///
    /// # Errors
    /// The rule of the protocol that the frame broke; the caller then aborts the session.
    pub fn handle_text<O: From<Command<M>>>(
        &mut self,
        transport: TransportId,
        header: &[u16],
        io: &mut Io<O>,
    ) -> Result<Event, ErrorCode> {
        match &mut self.state {
            State::Open(open) if open.link.id == transport => {
                let received = packet::decode(header).map_err(ErrorCode::Protocol)?;
                self.handle_packet(received, io)
            }
            State::Open(_) => Ok(self.handle_probe_frame(header, io)),
            State::Opening { .. } if packet::decode(header) == Ok(Received::Open) => Ok(Event::Handshake),
            State::Opening { .. } => Err(ErrorCode::NotSocketio),
            State::Closing { .. } | State::Closed => Ok(Event::None),
        }
    }

    /// Takes the handshake; false if none is awaited.
    pub fn accept<O: From<Command<M>>>(&mut self, handshake: &Handshake, io: &mut Io<O>) -> bool {
        let State::Opening { link, .. } = &self.state else {
            return false;
        };
        let link = *link;
        let upgrade = Upgrade::wanted(&io.config.engine, handshake, link.kind);
        let ping_period = handshake.ping_interval + handshake.ping_timeout;
        io.set_timer(TimerKind::Ping, ping_period);
        if upgrade != Upgrade::Idle {
            io.set_timer(TimerKind::UpgradeStart, UPGRADE_WAITS);
        }
        self.state = State::Open(Open { link, upgrade, max_payload: handshake.max_payload, ping_period });
        self.send_queued(io);
        true
    }

    /// Takes a binary frame.
    ///
    /// # Errors
    /// [`ErrorCode::NotSocketio`] when it comes instead of a handshake.
    pub fn handle_binary(&mut self, transport: TransportId) -> Result<Event, ErrorCode> {
        match &self.state {
            State::Open(open) if open.link.id == transport => Ok(Event::Binary),
            State::Open(_) | State::Closing { .. } | State::Closed => Ok(Event::None),
            State::Opening { .. } => Err(ErrorCode::NotSocketio),
        }
    }

    /// A transport that connects is connected.
    pub fn handle_opened<O: From<Command<M>>>(&mut self, transport: TransportId, io: &mut Io<O>) {
        if let State::Open(open) = &self.state
            && open.upgrade.is_probing(transport)
        {
            io.command(Command::Send { transport, packet: Packet::Probe, follows: false, base64: false });
        }
    }

    /// A transport was closed or failed, with all its requests.
    pub fn handle_lost<O: From<Command<M>>>(
        &mut self,
        transport: TransportId,
        reason: DisconnectReason,
        io: &mut Io<O>,
    ) -> Event {
        match &mut self.state {
            State::Opening { link, rest } => match rest.first() {
                Some(kind) if io.config.engine.try_all_transports => {
                    let rest = rest.without(kind);
                    io.command(Command::Close(link.id));
                    self.state = State::Opening { link: Link::open(kind, io), rest };
                    Event::NextTransport(kind)
                }
                Some(_) | None => {
                    self.abort(io);
                    Event::Lost(reason)
                }
            },
            State::Open(open) if open.link.id == transport => {
                self.abort(io);
                Event::Lost(reason)
            }
            State::Open(_) => self.fail_upgrade(io),
            State::Closing { .. } | State::Closed => {
                self.abort(io);
                Event::None
            }
        }
    }

    /// A deadline of this session is over.
    pub fn handle_timer<O: From<Command<M>>>(&mut self, kind: TimerKind, io: &mut Io<O>) -> Event {
        match kind {
            TimerKind::Ping => {
                self.abort(io);
                Event::Lost(DisconnectReason::PingTimeout)
            }
            TimerKind::UpgradeStart => {
                self.start_upgrade(io);
                Event::None
            }
            TimerKind::Upgrade => self.fail_upgrade(io),
            TimerKind::Open | TimerKind::Reconnect | TimerKind::Sockets | TimerKind::Leaving => Event::None,
        }
    }

    /// Says goodbye: what is queued is sent, then the transport is closed.
    pub fn close<O: From<Command<M>>>(&mut self, io: &mut Io<O>) {
        if let State::Open(open) = &self.state
            && open.link.kind == TransportKind::Polling
        {
            if let Some(transport) = open.upgrade.transport() {
                io.command(Command::Close(transport));
            }
            clear_timers(io);
            self.state = State::Closing { link: open.link, max_payload: open.max_payload, said: false };
            self.say_goodbye(io);
        } else {
            self.abort(io);
        }
    }

    /// Closes every transport at once; what is queued is dropped.
    pub fn abort<O: From<Command<M>>>(&mut self, io: &mut Io<O>) {
        match &self.state {
            State::Opening { link, .. } | State::Closing { link, .. } => io.command(Command::Close(link.id)),
            State::Open(open) => {
                clear_timers(io);
                if let Some(transport) = open.upgrade.transport() {
                    io.command(Command::Close(transport));
                }
                io.command(Command::Close(open.link.id));
            }
            State::Closed => {}
        }
        self.state = State::Closed;
        self.queue = Queue::new();
    }

    fn handle_packet<O: From<Command<M>>>(&mut self, received: Received, io: &mut Io<O>) -> Result<Event, ErrorCode> {
        match received {
            Received::Message => Ok(Event::Message),
            Received::Base64 => Ok(Event::Base64),
            Received::Ping => {
                self.answer_ping(io);
                Ok(Event::Ping)
            }
            Received::Noop | Received::Pong { .. } => Ok(Event::None),
            Received::Close => {
                self.abort(io);
                Ok(Event::Lost(DisconnectReason::TransportClose))
            }
            Received::Open => Err(ErrorCode::Protocol(ProtocolError::SecondOpen)),
            Received::Upgrade => Err(ErrorCode::Protocol(ProtocolError::UnexpectedPacket)),
        }
    }

    fn answer_ping<O: From<Command<M>>>(&mut self, io: &mut Io<O>) {
        if let State::Open(open) = &self.state {
            io.set_timer(TimerKind::Ping, open.ping_period);
        }
        // One pong answers a storm of pings in one polling body.
        if !matches!(self.queue.last(), Some(Packet::Pong)) {
            self.send(Packet::Pong, io);
        }
    }

    /// Hands everything queued to the transport in use.
    pub(super) fn send_queued<O: From<Command<M>>>(&mut self, io: &mut Io<O>) {
        if self.kind() == Some(TransportKind::Polling) {
            if !self.queue.is_empty() {
                self.defer(io);
            }
            return;
        }
        while let Some(packet) = self.queue.pop() {
            self.send(packet, io);
        }
    }
}

impl Link {
    fn open<M, O: From<Command<M>>>(kind: TransportKind, io: &mut Io<O>) -> Link {
        let id = io.open_transport::<M>(kind, false);
        let get = kind == TransportKind::Polling;
        if get {
            io.command(Command::Poll(id));
        }
        Link { id, kind, get, post: false }
    }

    /// A link of a transport that is no polling.
    pub(super) fn streaming(id: TransportId, kind: TransportKind) -> Link {
        Link { id, kind, get: false, post: false }
    }
}

pub(super) fn is_attachment<M: Message>(packet: &Packet<M>) -> bool {
    matches!(packet, Packet::Message(message) if message.is_binary())
}

fn clear_timers<O>(io: &mut Io<O>) {
    for kind in [TimerKind::Ping, TimerKind::UpgradeStart, TimerKind::Upgrade] {
        io.timers.clear(kind);
    }
}

/// An upgrade waits for the namespaces, so that it does not delay them, but no longer than this.
const UPGRADE_WAITS: Millis = 500.0;
