//! One socket: a namespace over the manager's engine.
//!
//! | state | input | next |
//! |---|---|---|
//! | `Inactive` | `connect` | `AwaitingEngine`, or `Authorizing` if the engine is open |
//! | `AwaitingEngine` | engine open | `Authorizing` |
//! | `Authorizing` | `authorize`: CONNECT is sent | `Connecting` |
//! | `Authorizing` | `fail_auth` | `Resting`, after an error |
//! | `Connecting` | CONNECT | `Connected` |
//! | joining | CONNECT_ERROR | `Inactive` |
//! | `Authorizing`, `Connecting` | deadline over | `Authorizing` again, after an error |
//! | `Resting` | deadline over | `Authorizing` |
//! | joining, `Connected` | engine lost | `AwaitingEngine` |
//! | `Connected` | DISCONNECT, CONNECT_ERROR | `Inactive` |
//! | any | `disconnect` | `Inactive` |

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::assembly::Received;
use super::engine::Engine;
use super::outbox::{AckToken, Emitted, Outbox, byte_len, earliest, take_event};
use super::output::{AckFailure, DropReason, Host, Output};
use super::packet::{AckId, Outgoing, PacketType};
use crate::config::{MAX_EARLY_SIZE, OfflineConfig, Overflow, SocketConfig};
use crate::error::{Cause, DisconnectReason, ErrorCode};
use crate::payload::{Content, Payload};
use crate::time::{Instant, Millis};
use crate::timer::TimerKind;

/// A socket of one manager: its index, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketId(pub u32);

/// Where a socket stands; the table is in the module's documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketState {
    /// The app has not connected it, or it was made to leave.
    Inactive,
    /// It connects as soon as the engine is open.
    AwaitingEngine,
    /// The app's `auth` is awaited.
    Authorizing,
    /// CONNECT was sent.
    Connecting,
    /// `auth` failed; it is asked for again at the deadline.
    Resting,
    /// It has joined.
    Connected,
}

impl SocketState {
    /// Whether the namespace is being joined over an engine that is open; such a step has a deadline.
    fn is_joining(self) -> bool {
        matches!(self, SocketState::Authorizing | SocketState::Connecting | SocketState::Resting)
    }
}

#[derive(Debug)]
pub(super) struct Socket<P> {
    pub(super) id: SocketId,
    pub(super) config: SocketConfig,
    pub(super) state: SocketState,
    pub(super) outbox: Outbox<P>,
    /// Bytes of what is kept in it, or more: counted anew only when that is too much.
    kept: usize,
    /// Bytes of the namespace in UTF-8; 0 for `/`.
    namespace_len: u32,
    /// When the step of joining it is at must be over.
    deadline: Instant,
    next_ack: AckId,
    early: Vec<Box<Early<P>>>,
    /// Of all that is in `early`.
    early_size: usize,
    auth_attempt: u32,
    /// Whether the app left before the answer to CONNECT came: the server then has to be told.
    owes_goodbye: bool,
}

/// An event received before the answer to CONNECT.
#[derive(Debug)]
struct Early<P> {
    content: Content<P>,
    json: usize,
    ack: Option<AckId>,
}

/// How one event is emitted.
#[derive(Clone, Copy, Debug)]
pub struct EmitOptions {
    /// Drop the event rather than keep it when it cannot leave now. A handler that has a `timeout` and wants errors is told the
    /// end of it all the same.
    pub volatile: bool,
    /// Who waits for an ack.
    pub ack: Option<AckToken>,
    /// Whether that handler can be told of a failure.
    pub wants_error: bool,
    /// How long to wait for the ack; infinity: the socket's `ack_timeout`.
    pub timeout: Millis,
    /// Whether the transport may compress it.
    pub compress: bool,
    /// Whether the app has gone on since, so that its emit can no longer fail: what comes of it is told.
    pub late: bool,
}

impl Default for EmitOptions {
    fn default() -> EmitOptions {
        EmitOptions {
            volatile: false,
            ack: None,
            wants_error: false,
            timeout: f64::INFINITY,
            compress: true,
            late: false,
        }
    }
}

impl<P: Payload> Socket<P> {
    pub(super) fn new(id: SocketId, namespace_len: u32) -> Socket<P> {
        Socket {
            id,
            namespace_len,
            config: SocketConfig::default(),
            state: SocketState::Inactive,
            outbox: Vec::new(),
            kept: 0,
            deadline: Instant::NEVER,
            next_ack: 0,
            early: Vec::new(),
            early_size: 0,
            auth_attempt: 0,
            owes_goodbye: false,
        }
    }

    pub(super) fn is_active(&self) -> bool {
        self.state != SocketState::Inactive
    }

    /// Whether it has to join its namespace before it can be used.
    pub(super) fn is_waiting(&self) -> bool {
        self.is_active() && !self.is_connected()
    }

    /// Emits an event: sends, buffers, queues or drops it. False: it was refused for lack of room ([`Overflow::Error`]), and
    /// nobody else is told.
    pub(super) fn emit<H: Host<P>>(
        &mut self,
        content: Content<P>,
        mut options: EmitOptions,
        engine: &mut Engine<P, H>,
    ) -> bool {
        if options.timeout == f64::INFINITY {
            options.timeout = self.config.ack_timeout;
        }
        let retried = self.config.retries > 0 && !options.volatile;
        if retried && options.timeout == f64::INFINITY {
            options.timeout = SocketConfig::DEFAULT_RETRY_TIMEOUT;
        }
        let mut event = Emitted::new(content, options);
        let writable = || engine.session.as_ref().is_some_and(|session| session.is_writable());
        if options.volatile && !(self.is_connected() && writable()) {
            // Whoever set a limit is told when it is over; no server can name this id.
            if options.wants_error && options.timeout < f64::INFINITY {
                event.content = None;
                self.await_ack(&mut event, AckId::MAX, engine);
                self.outbox.push(Box::new(event));
            } else {
                self.fail(&event, AckFailure::Dropped, engine);
            }
            return true;
        }
        if (retried || !self.is_connected()) && !self.make_room(&mut event, engine) {
            let told = options.late || engine.io.config.offline.overflow != Overflow::Error;
            if told {
                self.drop_event(&mut event, DropReason::BufferFull, engine);
            }
            return told;
        }
        if retried {
            event.tries = Some(0);
            self.outbox.push(Box::new(event));
            self.send_next(engine);
            return true;
        }
        if options.ack.is_some() {
            let id = self.next_id();
            self.await_ack(&mut event, id, engine);
        }
        if self.is_connected() {
            self.send_event(&mut event, engine);
        }
        if event.is_alive() {
            self.outbox.push(Box::new(event));
        }
        true
    }

    /// Makes room for an event that is to be kept; false if there is none.
    fn make_room<H: Host<P>>(&mut self, event: &mut Emitted<P>, engine: &mut Engine<P, H>) -> bool {
        let OfflineConfig { max, max_bytes, ttl, overflow } = engine.io.config.offline;
        event.size = event.content.as_ref().map_or(0, Content::byte_len);
        event.expires = engine.io.now.after(ttl);
        engine.io.timers.set_earlier(TimerKind::Sockets, event.expires);
        self.kept += event.size;
        loop {
            if self.kept > max_bytes {
                self.kept = byte_len(&self.outbox) + event.size;
            }
            // To keep nothing holds for events that wait for the connection, not for those that wait for their turn.
            let fits = self.outbox.len() < max || max == 0 && self.is_connected();
            if fits && self.kept <= max_bytes {
                return true;
            }
            // For one that never fits nobody has to go.
            let useful = overflow == Overflow::Oldest && event.size <= max_bytes;
            let oldest = if useful { take_event(&mut self.outbox, None) } else { None };
            let Some(mut oldest) = oldest else {
                self.kept -= event.size;
                return false;
            };
            self.kept -= oldest.size;
            self.drop_event(&mut oldest, DropReason::BufferFull, engine);
        }
    }

    /// Tells that an event is not sent, and lets it go.
    fn drop_event<H: Host<P>>(&self, event: &mut Emitted<P>, reason: DropReason, engine: &mut Engine<P, H>) {
        if let Some(content) = event.content.take() {
            self.tell_dropped(content.text, event.options.ack, reason, event.size, engine);
        }
        (event.id, event.tries) = (None, None);
    }

    fn tell_dropped<H: Host<P>>(
        &self,
        content: P,
        token: Option<AckToken>,
        reason: DropReason,
        size: usize,
        engine: &mut Engine<P, H>,
    ) {
        engine.output(Output::Dropped { socket: self.id, token, content, reason, size });
    }

    /// Answers the server's event.
    pub(super) fn acknowledge<H: Host<P>>(&mut self, id: AckId, content: Content<P>, engine: &mut Engine<P, H>) {
        if self.is_connected() {
            self.send(PacketType::Ack, Some(content), Some(id), None, true, engine);
        }
    }

    /// Drops what waits for the connection or its turn.
    pub(super) fn clear<H: Host<P>>(&mut self, engine: &mut Engine<P, H>) {
        self.give_up(false, AckFailure::Dropped, engine);
    }

    /// Gives up the events that are in flight, or all others.
    fn give_up<H: Host<P>>(&mut self, in_flight: bool, failure: AckFailure, engine: &mut Engine<P, H>) {
        for event in self.outbox.iter_mut().filter(|event| event.is_in_flight() == in_flight) {
            event.deadline = engine.io.now;
        }
        self.go_through(failure, engine);
    }

    /// Begins to join the namespace: asks the app for its `auth`.
    pub(super) fn begin_connect<H: Host<P>>(&mut self, engine: &mut Engine<P, H>) {
        self.auth_attempt = self.auth_attempt.wrapping_add(1);
        self.step(SocketState::Authorizing, engine);
        engine.output(Output::AuthWanted { socket: self.id, attempt: self.auth_attempt });
    }

    /// The app's `auth` is at hand: sends CONNECT. An answer to an earlier question is dropped.
    pub(super) fn authorize<H: Host<P>>(&mut self, attempt: u32, engine: &mut Engine<P, H>) {
        if self.is_authorizing(attempt) {
            self.step(SocketState::Connecting, engine);
            let auth = engine.at_hand.take();
            self.send(PacketType::Connect, auth.map(Content::text), None, None, true, engine);
        }
    }

    /// The app's `auth` failed.
    pub(super) fn fail_auth<H: Host<P>>(&mut self, attempt: u32, engine: &mut Engine<P, H>) {
        if self.is_authorizing(attempt) {
            self.step(SocketState::Resting, engine);
            let retry_in = Some(engine.io.config.namespace_timeout);
            self.connect_error(ErrorCode::Auth, 0, retry_in, engine);
        }
    }

    /// Leaves the namespace by the app's wish; true if it had joined.
    pub(super) fn leave<H: Host<P>>(&mut self, engine: &mut Engine<P, H>) -> bool {
        let connected = self.is_connected();
        if connected {
            self.send(PacketType::Disconnect, None, None, None, true, engine);
        }
        self.owes_goodbye = self.state == SocketState::Connecting;
        self.state = SocketState::Inactive;
        self.early = Vec::new();
        connected
    }

    /// The server's CONNECT: joins.
    pub(super) fn handle_connect<H: Host<P>>(&mut self, json: usize, recovered: bool, engine: &mut Engine<P, H>) {
        if self.state == SocketState::Inactive && core::mem::take(&mut self.owes_goodbye) {
            self.send(PacketType::Disconnect, None, None, None, true, engine);
            return;
        }
        if self.state != SocketState::Connecting {
            return;
        }
        self.state = SocketState::Connected;
        let socket = self.id;
        engine.pass(|frame| Output::Connected { socket, frame, json, recovered });
        for early in core::mem::take(&mut self.early) {
            let Early { content, json, ack } = *early;
            engine.output(Output::Event { socket, content, json, ack });
        }
        self.go_through(AckFailure::TimedOut, engine);
        engine.output(Output::Connect(socket));
    }

    /// The server refused the namespace.
    pub(super) fn refuse<H: Host<P>>(&mut self, code: ErrorCode, json: usize, engine: &mut Engine<P, H>) {
        self.early = Vec::new();
        self.connect_error(code, json, None, engine);
    }

    /// The engine is gone; the socket joins again when there is another.
    pub(super) fn lose_engine<H: Host<P>>(
        &mut self,
        reason: DisconnectReason,
        has_cause: bool,
        engine: &mut Engine<P, H>,
    ) {
        if self.is_connected() || self.state.is_joining() {
            self.state = SocketState::AwaitingEngine;
            self.tell_disconnected(reason, has_cause, engine);
        }
    }

    /// Tells the app, then everyone who waits for an ack that will not come.
    pub(super) fn tell_disconnected<H: Host<P>>(
        &mut self,
        reason: DisconnectReason,
        has_cause: bool,
        engine: &mut Engine<P, H>,
    ) {
        self.early = Vec::new();
        engine.output(Output::Disconnected { socket: self.id, reason, has_cause });
        self.give_up(true, AckFailure::Disconnected, engine);
    }

    /// An event from the server, at hand. False: more came before the answer to CONNECT than is kept.
    #[must_use]
    pub(super) fn handle_event<H: Host<P>>(&mut self, event: Received, engine: &mut Engine<P, H>) -> bool {
        let Received { json, ack, attachments, size, .. } = event;
        if self.is_connected() {
            let socket = self.id;
            engine.pass(|text| Output::Event { socket, content: Content { text, attachments }, json, ack });
        } else if self.state == SocketState::Connecting
            && let Some(text) = engine.at_hand.take()
        {
            self.early_size = if self.early.is_empty() { size } else { self.early_size + size };
            self.early.push(Box::new(Early { content: Content { text, attachments }, json, ack }));
            return self.early.len() <= engine.io.config.max_early_events && self.early_size <= MAX_EARLY_SIZE;
        }
        true
    }

    /// An ack from the server, at hand; one that nobody waits for is dropped.
    pub(super) fn handle_ack<H: Host<P>>(&mut self, ack: Received, engine: &mut Engine<P, H>) {
        let Received { ack: Some(id), json, attachments, .. } = ack else {
            return;
        };
        let Some(event) = take_event(&mut self.outbox, Some(id)) else {
            return;
        };
        if let Some(token) = event.options.ack {
            let socket = self.id;
            engine.pass(|text| Output::Ack { socket, token, content: Content { text, attachments }, json });
        }
        // Only then somebody waits for its turn: without the question every ack costs a look at all that are awaited.
        if event.tries.is_some() {
            self.send_next(engine);
        }
    }

    /// Handles every deadline that is over.
    pub(super) fn handle_timeout<H: Host<P>>(&mut self, engine: &mut Engine<P, H>) {
        if self.state.is_joining() && self.deadline.is_over(engine.io.now) {
            if self.state != SocketState::Resting {
                self.connect_error(ErrorCode::NamespaceTimeout, 0, Some(0.0), engine);
            }
            self.begin_connect(engine);
        }
        self.go_through(AckFailure::TimedOut, engine);
        engine.io.timers.set_earlier(TimerKind::Sockets, self.next_deadline());
    }

    /// Nothing is over before this instant.
    pub(super) fn next_deadline(&self) -> Instant {
        let earliest = earliest(&self.outbox);
        if self.state.is_joining() { earliest.earlier(self.deadline) } else { earliest }
    }

    fn is_connected(&self) -> bool {
        self.state == SocketState::Connected
    }

    fn is_authorizing(&self, attempt: u32) -> bool {
        attempt == self.auth_attempt && self.state == SocketState::Authorizing
    }

    fn step<H: Host<P>>(&mut self, step: SocketState, engine: &mut Engine<P, H>) {
        self.state = step;
        self.deadline = engine.io.now.after(engine.io.config.namespace_timeout);
        engine.io.timers.set_earlier(TimerKind::Sockets, self.deadline);
    }

    /// Tells why the namespace is not joined; the payload at hand says more.
    fn connect_error<H: Host<P>>(
        &self,
        code: ErrorCode,
        json: usize,
        retry_in: Option<Millis>,
        engine: &mut Engine<P, H>,
    ) {
        let cause = Some(Cause { code, detail: engine.at_hand.take() });
        engine.output(Output::ConnectError { socket: self.id, cause, json, retry_in });
    }

    /// Settles the events whose deadline is over, and sends those that wait for the connection if it is there.
    fn go_through<H: Host<P>>(&mut self, failure: AckFailure, engine: &mut Engine<P, H>) {
        let mut outbox = core::mem::take(&mut self.outbox);
        outbox.retain_mut(|event| {
            if event.expires.is_over(engine.io.now) {
                self.drop_event(event, DropReason::Expired, engine);
            } else if event.deadline.is_over(engine.io.now) {
                if failure == AckFailure::Dropped || event.tries.is_none_or(|tries| tries > self.config.retries) {
                    self.fail(event, failure, engine);
                    return false;
                }
                event.id = None;
                event.deadline = Instant::NEVER;
            } else if self.is_connected() && event.is_buffered() {
                self.send_event(event, engine);
            }
            event.is_alive()
        });
        self.outbox = outbox;
        self.send_next(engine);
    }

    /// Tells whoever waits for the ack of `event` that it will not come.
    fn fail<H: Host<P>>(&self, event: &Emitted<P>, failure: AckFailure, engine: &mut Engine<P, H>) {
        if let Some(token) = event.options.ack {
            let told = event.options.wants_error || event.tries.is_some() || failure != AckFailure::Disconnected;
            let failure = if told { failure } else { AckFailure::Dropped };
            engine.output(Output::AckFailed { socket: self.id, token, failure });
        }
    }

    /// With option `retries`: sends the first event, unless it is in flight.
    fn send_next<H: Host<P>>(&mut self, engine: &mut Engine<P, H>) {
        if !self.is_connected() {
            return;
        }
        let mut outbox = core::mem::take(&mut self.outbox);
        loop {
            let next = outbox.iter_mut().find(|event| event.tries.is_some());
            let Some(event) = next.filter(|event| event.id.is_none()) else {
                break;
            };
            event.tries = event.tries.map(|tries| tries + 1);
            let id = self.next_id();
            self.await_ack(event, id, engine);
            self.send_event(event, engine);
            if event.is_alive() {
                break;
            }
            // It was too large: the next one's turn.
            drop(take_event(&mut outbox, None));
        }
        self.outbox = outbox;
    }

    fn next_id(&mut self) -> AckId {
        self.next_ack += 1;
        self.next_ack - 1
    }

    fn await_ack<H: Host<P>>(&self, event: &mut Emitted<P>, id: AckId, engine: &mut Engine<P, H>) {
        event.id = Some(id);
        event.deadline = engine.io.now.after(event.options.timeout);
        engine.io.timers.set_earlier(TimerKind::Sockets, event.deadline);
    }

    /// Sends an event; nothing is left of one that the server would not take.
    fn send_event<H: Host<P>>(&self, event: &mut Emitted<P>, engine: &mut Engine<P, H>) {
        event.expires = Instant::NEVER;
        let EmitOptions { ack: token, compress, .. } = event.options;
        let content = if event.tries.is_some() {
            event.content.clone()
        } else {
            event.size = 0;
            event.content.take()
        };
        if !self.send(PacketType::Event, content, event.id, token, compress, engine) {
            (event.content, event.id, event.tries) = (None, None, None);
        }
    }

    /// Sends a packet. False: the server would not take it, which the app was told.
    fn send<H: Host<P>>(
        &self,
        kind: PacketType,
        content: Option<Content<P>>,
        ack: Option<AckId>,
        token: Option<AckToken>,
        compress: bool,
        engine: &mut Engine<P, H>,
    ) -> bool {
        let attachments = content.as_ref().map_or(0, |content| content.attachments);
        let content = content.map(|content| content.text);
        let namespace_len = self.namespace_len;
        let mut packet =
            Outgoing { kind: Some(kind), socket: self.id, attachments, ack, content, compress, namespace_len };
        let session = engine.session.as_deref();
        if let Some(size) = session.and_then(|session| packet.oversize(session))
            && let Some(content) = packet.content.take()
        {
            let reason = if kind == PacketType::Ack { DropReason::AckTooLarge } else { DropReason::TooLarge };
            self.tell_dropped(content, token, reason, size, engine);
            return false;
        }
        engine.send(packet);
        true
    }
}
