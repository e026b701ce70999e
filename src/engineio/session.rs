//! One Engine.IO session: open, heartbeat, write queue, close.
//!
//! | state | input | next | output |
//! |---|---|---|---|
//! | – | [`Session::open`] | `Opening` | `Open`, and `Poll` for polling |
//! | `Opening` | OPEN packet, then [`Session::accept`] | `Open` | [`Event::Handshake`], queued packets |
//! | `Opening` | transport opened | `Opening` | `0` on webtransport |
//! | `Opening` | transport lost | `Opening` on the next transport (`try_all_transports`, or webtransport was lost), else `Closed` | [`Event::Lost`] |
//! | `Open` | ping | `Open` | pong, deadline moved |
//! | `Open` | CLOSE packet, transport lost, ping overdue | `Closed` | [`Event::Lost`] |
//! | `Open` | [`Session::close`] | polling: `Closing` until the last POST is over; others: `Closed` | |
//! | `Closing` | last POST over, transport lost, [`Session::abort`] | `Closed` | |
//!
//! The upgrade is a machine of its own within `Open`: see `upgrade.rs`. How polling takes turns: see `polling.rs`.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::command::{Command, Io, TransportId, Transports};
use super::handshake::Handshake;
use super::packet::{self, Message, Packet, Received, base64_len};
use super::upgrade::Upgrade;
use crate::config::{TransportKind, TransportList};
use crate::error::{DisconnectReason, ErrorCode, ProtocolError};
use crate::time::{Instant, Millis};
use crate::timer::TimerKind;

/// One connection to a server, over whichever transport.
#[derive(Debug)]
pub struct Session<M> {
    pub(super) state: State,
    pub(super) link: Link,
    /// `Idle` unless the session is open.
    pub(super) upgrade: Upgrade,
    /// Boxed: every list moves pointers, by the same code.
    #[allow(clippy::vec_box)]
    pub(super) queue: Vec<Box<Packet<M>>>,
    pub(super) max_payload: usize,
    pub(super) deferred: bool,
    /// Whether the server answered so fast that a probe is over before a GET would be of use.
    pub(super) quick: bool,
    /// Whether the upgrade, to webtransport, goes on with websocket if it fails.
    pub(super) falls_back: bool,
    begun: Instant,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    Opening {
        /// What can be tried after the transport in use.
        rest: TransportList,
    },
    Open {
        ping_period: Millis,
    },
    Closing {
        /// Whether the CLOSE packet was sent.
        said: bool,
        until: Instant,
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
    pub fn open<T: Transports<M>>(transports: TransportList, io: &mut Io<T>) -> Option<Session<M>> {
        Some(Session {
            link: Link::open(transports.first()?, io),
            state: State::Opening { rest: transports.rest() },
            upgrade: Upgrade::Idle,
            queue: Vec::new(),
            max_payload: usize::MAX,
            deferred: false,
            quick: false,
            falls_back: false,
            begun: io.now,
        })
    }

    /// Whether `transport` belongs to this session.
    #[must_use]
    pub fn owns(&self, transport: TransportId) -> bool {
        !self.is_closed() && (self.link.id == transport || self.upgrade.transport() == Some(transport))
    }

    /// The transport in use, or the last one.
    #[must_use]
    pub fn kind(&self) -> TransportKind {
        self.link.kind
    }

    /// When it began, with the transport it opened over.
    #[must_use]
    pub fn begun(&self) -> Instant {
        self.begun
    }

    /// Whether nothing is left to do.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed)
    }

    /// Until when its goodbye may take.
    #[must_use]
    pub fn gone_by(&self) -> Instant {
        if let State::Closing { until, .. } = self.state { until } else { Instant::NEVER }
    }

    /// Whether a packet sent now would leave now; volatile events are dropped otherwise.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        self.is_open() && !self.link.post && !self.upgrade.is_pausing()
    }

    /// Packets that wait to be sent.
    #[must_use]
    pub fn queue_len(&self) -> usize {
        self.queue.len()
    }

    /// Bytes of the packets that wait to be sent, as they will be in a body.
    #[must_use]
    pub fn queue_byte_len(&self) -> usize {
        self.queue.iter().map(|packet| packet.body_len()).sum()
    }

    /// The most bytes that the server takes in one message.
    #[must_use]
    pub fn max_payload(&self) -> usize {
        self.max_payload
    }

    /// What an attachment of `len` bytes takes of that.
    #[must_use]
    pub fn attachment_len(&self, len: usize) -> usize {
        if self.link.kind == TransportKind::Polling { 1 + base64_len(len) } else { len }
    }

    /// Sends a packet, or queues it until polling can take it. A session that is not open has nobody to send to.
    pub fn send<T: Transports<M>>(&mut self, packet: Packet<M>, io: &mut Io<T>) {
        if !self.is_open() {
            return;
        }
        if self.link.kind == TransportKind::Polling {
            self.queue.push(Box::new(packet));
            self.defer(io);
        } else {
            let base64 = io.config.engine.force_base64 && self.link.kind == TransportKind::WebSocket;
            io.host.send(self.link.id, packet, false, base64);
        }
    }

    /// Takes a text frame.
    ///
    /// # Errors
    /// The rule of the protocol that the frame broke; the caller then aborts the session.
    pub fn handle_text<T: Transports<M>>(
        &mut self,
        transport: TransportId,
        header: &[u16],
        io: &mut Io<T>,
    ) -> Result<Event, ErrorCode> {
        let received = packet::decode(header);
        match self.state {
            State::Open { .. } if self.link.id != transport => Ok(self.handle_probe_frame(received, io)),
            State::Open { .. } => self.handle_packet(received.map_err(ErrorCode::Protocol)?, io),
            State::Opening { .. } if received == Ok(Received::Open) => Ok(Event::Handshake),
            State::Opening { .. } => Err(ErrorCode::NotSocketio),
            State::Closing { .. } | State::Closed => Ok(Event::None),
        }
    }

    /// Takes the handshake; false if none is awaited.
    pub fn accept<T: Transports<M>>(&mut self, handshake: &Handshake, io: &mut Io<T>) -> bool {
        if !matches!(self.state, State::Opening { .. }) {
            return false;
        }
        self.want_upgrade(handshake, io);
        if self.upgrade != Upgrade::Idle {
            io.set_timer(TimerKind::UpgradeStart, UPGRADE_WAITS);
        }
        self.quick = io.now.since(self.begun) <= QUICK;
        self.max_payload = handshake.max_payload;
        let ping_period = handshake.ping_interval + handshake.ping_timeout;
        self.state = State::Open { ping_period };
        io.set_timer(TimerKind::Ping, ping_period);
        true
    }

    /// Takes a binary frame.
    ///
    /// # Errors
    /// [`ErrorCode::NotSocketio`] when it comes instead of a handshake.
    pub fn handle_binary(&mut self, transport: TransportId) -> Result<Event, ErrorCode> {
        match self.state {
            State::Open { .. } if self.link.id == transport => Ok(Event::Binary),
            State::Open { .. } | State::Closing { .. } | State::Closed => Ok(Event::None),
            State::Opening { .. } => Err(ErrorCode::NotSocketio),
        }
    }

    /// A transport that connects is connected. On WebTransport this side speaks first.
    pub fn handle_opened<T: Transports<M>>(&mut self, transport: TransportId, io: &mut Io<T>) {
        let (kind, probing) = self.upgrade.probing().map_or((self.link.kind, false), |kind| (kind, true));
        if kind == TransportKind::WebTransport {
            io.host.send(transport, Packet::Open, false, false);
        }
        if probing {
            io.host.send(transport, Packet::Probe, false, false);
        }
    }

    /// A transport was closed or failed, with all its requests.
    pub fn handle_lost<T: Transports<M>>(
        &mut self,
        transport: TransportId,
        reason: DisconnectReason,
        io: &mut Io<T>,
    ) -> Event {
        match self.state {
            // Many a network lets no WebTransport pass: what stands behind it in the list is meant for that.
            State::Opening { rest }
                if io.config.engine.try_all_transports || self.link.kind == TransportKind::WebTransport =>
            {
                if let Some(kind) = rest.first() {
                    io.command(Command::Close(self.link.id));
                    self.link = Link::open(kind, io);
                    self.begun = io.now;
                    self.state = State::Opening { rest: rest.rest() };
                    return Event::NextTransport(kind);
                }
            }
            State::Open { .. } if self.link.id != transport => return self.fail_upgrade(io),
            State::Closing { .. } | State::Closed => {
                self.abort(io);
                return Event::None;
            }
            State::Opening { .. } | State::Open { .. } => {}
        }
        self.abort(io);
        Event::Lost(reason)
    }

    /// A deadline of this session is over.
    pub fn handle_timer<T: Transports<M>>(&mut self, kind: TimerKind, io: &mut Io<T>) -> Event {
        match kind {
            TimerKind::Ping => {
                self.abort(io);
                Event::Lost(DisconnectReason::PingTimeout)
            }
            TimerKind::Upgrade => self.fail_upgrade(io),
            _ => {
                // One of the two: the upgrade waits for the namespaces, then the GET for the upgrade.
                self.poll(io);
                self.start_upgrade(io);
                Event::None
            }
        }
    }

    /// Says goodbye: what is queued is sent, then the transport is closed.
    pub fn close<T: Transports<M>>(&mut self, io: &mut Io<T>) {
        if self.is_open() && self.link.kind == TransportKind::Polling {
            self.stop(io);
            self.state = State::Closing { said: false, until: io.now.after(GOODBYE) };
            self.say_goodbye(io);
        } else {
            self.abort(io);
        }
    }

    /// Closes every transport at once; what is queued is dropped.
    pub fn abort<T: Transports<M>>(&mut self, io: &mut Io<T>) {
        match self.state {
            State::Opening { .. } | State::Open { .. } => self.stop(io),
            State::Closing { .. } => {}
            State::Closed => return,
        }
        io.command(Command::Close(self.link.id));
        self.state = State::Closed;
        self.queue = Vec::new();
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, State::Open { .. })
    }

    /// Gives up what only an open session has: its deadlines, and an upgrade.
    fn stop<T: Transports<M>>(&mut self, io: &mut Io<T>) {
        for kind in [TimerKind::Ping, TimerKind::UpgradeStart, TimerKind::Upgrade] {
            io.timers.clear(kind);
        }
        if let Some(transport) = self.upgrade.transport() {
            io.command(Command::Close(transport));
        }
        self.upgrade = Upgrade::Idle;
    }

    fn handle_packet<T: Transports<M>>(&mut self, received: Received, io: &mut Io<T>) -> Result<Event, ErrorCode> {
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

    fn answer_ping<T: Transports<M>>(&mut self, io: &mut Io<T>) {
        if let State::Open { ping_period } = self.state {
            io.set_timer(TimerKind::Ping, ping_period);
        }
        // One pong answers a storm of pings in one polling body.
        if !matches!(self.queue.last().map(|packet| &**packet), Some(Packet::Pong)) {
            self.send(Packet::Pong, io);
        }
    }
}

impl Link {
    fn open<M, T: Transports<M>>(kind: TransportKind, io: &mut Io<T>) -> Link {
        let id = io.open_transport(kind, false);
        let get = kind == TransportKind::Polling;
        if get {
            io.command(Command::Poll(id));
        }
        Link { id, kind, get, post: false }
    }
}

/// An upgrade waits for the namespaces, so that it does not delay them, but no longer than this.
const UPGRADE_WAITS: Millis = 500.0;
/// How long a goodbye over polling may take.
const GOODBYE: Millis = 5_000.0;
/// A handshake that takes no longer is a quick one.
const QUICK: Millis = 25.0;
