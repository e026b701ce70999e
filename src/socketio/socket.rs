//! One socket: a namespace over the manager's engine.
//!
//! | state | input | next |
//! |---|---|---|
//! | `Inactive` | `connect` | `AwaitingEngine`, or `Connecting` if the engine is open |
//! | `AwaitingEngine` | engine open | `Connecting` (authorizing) |
//! | `Connecting` | `authorize` | `Connecting` (CONNECT sent) |
//! | `Connecting` | CONNECT | `Connected` |
//! | `Connecting` | CONNECT_ERROR | `Inactive` |
//! | `Connecting` | deadline over, auth failed | `Connecting` again, after an error |
//! | `Connecting`, `Connected` | engine lost | `AwaitingEngine` |
//! | `Connected` | DISCONNECT, CONNECT_ERROR | `Inactive` |
//! | any | `disconnect` | `Inactive` |

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::ack::{AckToken, Acks, Pending, Waiter};
use super::engine::Engine;
use super::output::{AckFailure, Output};
use super::packet::{AckId, Outgoing, PacketType};
use super::retry::{Queued, RetryQueue};
use crate::config::SocketConfig;
use crate::error::{Cause, DisconnectReason, ErrorCode};
use crate::payload::{Content, Payload};
use crate::time::{Instant, Millis};
use crate::timer::TimerKind;

/// A socket of one manager: its index, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketId(pub u32);

/// Where a socket stands; the table is in the module's documentation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SocketState {
    /// The app has not connected it, or it was made to leave.
    Inactive,
    /// It connects as soon as the engine is open.
    AwaitingEngine,
    /// It joins its namespace.
    Connecting {
        /// How far it is.
        step: Step,
        /// When this step must be over.
        deadline: Instant,
    },
    /// It has joined.
    Connected,
}

/// How far joining a namespace is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The app's `auth` is awaited.
    Authorizing,
    /// CONNECT was sent.
    Sent,
    /// `auth` failed; the next try begins at the deadline.
    Resting,
}

#[derive(Debug)]
pub(super) struct Socket<P> {
    pub(super) id: SocketId,
    pub(super) namespace: Box<[u16]>,
    pub(super) config: SocketConfig,
    pub(super) state: SocketState,
    pub(super) send_buffer: Vec<Buffered<P>>,
    namespace_len: u32,
    acks: Acks,
    early: Vec<Early<P>>,
    queue: RetryQueue<P>,
    auth_attempt: u32,
}

/// An event emitted while the socket was not connected.
#[derive(Debug)]
pub(super) struct Buffered<P> {
    pub(super) content: Content<P>,
    ack: Option<AckId>,
    compress: bool,
}

/// An event received before the answer to CONNECT.
#[derive(Debug)]
struct Early<P> {
    content: Content<P>,
    json: usize,
    ack: Option<AckId>,
}

/// How one event is emitted; nothing of it outlives the emit.
#[derive(Clone, Copy, Debug)]
pub struct EmitOptions {
    /// Drop the event rather than keep it when it cannot leave now.
    pub volatile: bool,
    /// Who waits for an ack.
    pub ack: Option<AckToken>,
    /// Whether that handler can be told of a failure.
    pub wants_error: bool,
    /// How long to wait for the ack; infinity: the socket's `ack_timeout`.
    pub timeout: Millis,
    /// Whether the transport may compress it.
    pub compress: bool,
}

impl Default for EmitOptions {
    fn default() -> EmitOptions {
        EmitOptions { volatile: false, ack: None, wants_error: false, timeout: f64::INFINITY, compress: true }
    }
}

impl<P: Payload> Socket<P> {
    pub(super) fn new(id: SocketId, namespace: Box<[u16]>) -> Socket<P> {
        Socket {
            id,
            namespace_len: if namespace.len() > 1 { utf8_len(&namespace) + 1 } else { 0 },
            namespace,
            config: SocketConfig::default(),
            state: SocketState::Inactive,
            send_buffer: Vec::new(),
            acks: Acks::new(),
            early: Vec::new(),
            queue: RetryQueue::new(),
            auth_attempt: 0,
        }
    }

    pub(super) fn is_active(&self) -> bool {
        self.state != SocketState::Inactive
    }

    /// Whether the namespace is being joined.
    pub(super) fn is_joining(&self) -> bool {
        matches!(self.state, SocketState::AwaitingEngine | SocketState::Connecting { .. })
    }

    /// Emits an event: sends, buffers, queues or drops it.
    pub(super) fn emit(&mut self, content: Content<P>, options: EmitOptions, engine: &mut Engine<P>) {
        if self.config.retries > 0 && !options.volatile {
            let timeouts = [options.timeout, self.config.ack_timeout];
            let timeout = timeouts.into_iter().find(|timeout| *timeout < f64::INFINITY);
            let timeout = timeout.unwrap_or(SocketConfig::DEFAULT_RETRY_TIMEOUT);
            self.queue.push(Queued::new(content, options.ack, timeout, options.compress));
            self.drain_queue(engine);
            return;
        }
        let connected = self.state == SocketState::Connected;
        let writable = || engine.session().is_some_and(|session| session.is_writable());
        if options.volatile && !(connected && writable()) {
            if let Some(token) = options.ack {
                engine.output(Output::AckFailed { socket: self.id, token, failure: AckFailure::Dropped });
            }
            return;
        }
        let ack = options.ack.map(|token| {
            let timeout = if options.timeout < f64::INFINITY { options.timeout } else { self.config.ack_timeout };
            let waiter = Waiter::App { token, wants_error: options.wants_error };
            self.await_ack(waiter, timeout, engine)
        });
        if connected {
            self.send_event(content, ack, options.compress, engine);
        } else {
            self.send_buffer.push(Buffered { content, ack, compress: options.compress });
        }
    }

    /// Answers the server's event.
    pub(super) fn acknowledge(&mut self, id: AckId, content: Content<P>, engine: &mut Engine<P>) {
        if self.state == SocketState::Connected {
            let mut packet = self.packet(PacketType::Ack, Some(content.text));
            packet.ack = Some(id);
            packet.attachments = content.attachments.len();
            engine.send(packet, content.attachments);
        }
    }

    /// Begins to join the namespace: asks the app for its `auth`.
    pub(super) fn begin_connect(&mut self, engine: &mut Engine<P>) {
        self.auth_attempt = self.auth_attempt.wrapping_add(1);
        self.step(Step::Authorizing, engine);
        engine.output(Output::AuthWanted { socket: self.id, attempt: self.auth_attempt });
    }

    /// The app's `auth`: sends CONNECT. An answer to an earlier question is dropped.
    pub(super) fn authorize(&mut self, attempt: u32, auth: Option<P>, engine: &mut Engine<P>) {
        if self.is_authorizing(attempt) {
            self.step(Step::Sent, engine);
            engine.send(self.packet(PacketType::Connect, auth), Vec::new());
        }
    }

    /// The app's `auth` failed.
    pub(super) fn fail_auth(&mut self, attempt: u32, detail: Option<P>, engine: &mut Engine<P>) {
        if self.is_authorizing(attempt) {
            self.step(Step::Resting, engine);
            self.connect_error(
                Cause { code: ErrorCode::Auth, detail },
                0,
                Some(engine.io.config.namespace_timeout),
                engine,
            );
        }
    }

    /// Leaves the namespace by the app's wish; true if it had joined.
    pub(super) fn leave(&mut self, engine: &mut Engine<P>) -> bool {
        let connected = self.state == SocketState::Connected;
        if connected {
            engine.send(self.packet(PacketType::Disconnect, None), Vec::new());
        }
        self.state = SocketState::Inactive;
        self.early = Vec::new();
        connected
    }

    /// The server's CONNECT: joins.
    pub(super) fn handle_connect(&mut self, frame: P, json: usize, recovered: bool, engine: &mut Engine<P>) {
        match self.state {
            SocketState::Connecting { step: Step::Sent, .. } => {}
            // The app left while the server's answer was on its way.
            SocketState::Inactive => {
                return engine.send(self.packet(PacketType::Disconnect, None), Vec::new());
            }
            SocketState::AwaitingEngine | SocketState::Connecting { .. } | SocketState::Connected => return,
        }
        self.state = SocketState::Connected;
        let socket = self.id;
        engine.output(Output::Connected { socket, frame, json, recovered });
        for Early { content, json, ack } in core::mem::take(&mut self.early) {
            engine.output(Output::Event { socket, content, json, ack });
        }
        for Buffered { content, ack, compress } in core::mem::take(&mut self.send_buffer) {
            self.send_event(content, ack, compress, engine);
        }
        self.drain_queue(engine);
        engine.output(Output::Connect(socket));
    }

    /// The server refused the namespace.
    pub(super) fn refuse(&mut self, cause: Cause<P>, json: usize, engine: &mut Engine<P>) {
        self.early = Vec::new();
        self.connect_error(cause, json, None, engine);
    }

    /// The engine is gone; the socket joins again when there is another.
    pub(super) fn lose_engine(&mut self, reason: DisconnectReason, has_cause: bool, engine: &mut Engine<P>) {
        match self.state {
            SocketState::Connecting { .. } | SocketState::Connected => {
                self.state = SocketState::AwaitingEngine;
                self.tell_disconnected(reason, has_cause, engine);
            }
            SocketState::Inactive | SocketState::AwaitingEngine => {}
        }
    }

    /// Tells the app, then everyone who waits for an ack that will not come.
    pub(super) fn tell_disconnected(&mut self, reason: DisconnectReason, has_cause: bool, engine: &mut Engine<P>) {
        self.early = Vec::new();
        engine.output(Output::Disconnected { socket: self.id, reason, has_cause });
        let buffered = &self.send_buffer;
        let is_sent = |pending: &Pending| !buffered.iter().any(|event| event.ack == Some(pending.id));
        while let Some(pending) = self.acks.take_first(is_sent) {
            match pending.waiter {
                Waiter::App { token, wants_error } => {
                    let failure = if wants_error { AckFailure::Disconnected } else { AckFailure::Dropped };
                    engine.output(Output::AckFailed { socket: self.id, token, failure });
                }
                Waiter::Queue => {
                    if let Some(Queued { token: Some(token), .. }) = self.queue.fail(self.config.retries) {
                        let failure = AckFailure::Disconnected;
                        engine.output(Output::AckFailed { socket: self.id, token, failure });
                    }
                }
            }
        }
        self.drain_queue(engine);
    }

    /// An event from the server.
    pub(super) fn handle_event(
        &mut self,
        content: Content<P>,
        json: usize,
        ack: Option<AckId>,
        engine: &mut Engine<P>,
    ) {
        match self.state {
            SocketState::Connected => engine.output(Output::Event { socket: self.id, content, json, ack }),
            SocketState::Connecting { step: Step::Sent, .. }
                if self.early.len() < engine.io.config.max_early_events =>
            {
                self.early.push(Early { content, json, ack });
            }
            SocketState::Connecting { .. } | SocketState::Inactive | SocketState::AwaitingEngine => {}
        }
    }

    /// An ack from the server; one that nobody waits for is dropped.
    pub(super) fn handle_ack(&mut self, id: AckId, content: Content<P>, json: usize, engine: &mut Engine<P>) {
        let token = match self.acks.take(id) {
            Some(Waiter::App { token, .. }) => Some(token),
            Some(Waiter::Queue) => self.queue.succeed().and_then(|event| event.token),
            None => return,
        };
        if let Some(token) = token {
            engine.output(Output::Ack { socket: self.id, token, content, json });
        }
        self.drain_queue(engine);
    }

    /// Handles every deadline that is over.
    pub(super) fn handle_timeout(&mut self, engine: &mut Engine<P>) {
        if let SocketState::Connecting { step, deadline } = self.state
            && deadline.is_over(engine.io.now)
        {
            match step {
                Step::Authorizing | Step::Sent => {
                    self.connect_error(Cause::new(ErrorCode::NamespaceTimeout), 0, Some(0.0), engine);
                }
                Step::Resting => {}
            }
            self.begin_connect(engine);
        }
        while let Some(pending) = self.acks.take_over(engine.io.now) {
            let token = match pending.waiter {
                Waiter::App { token, .. } => {
                    self.send_buffer.retain(|event| event.ack != Some(pending.id));
                    Some(token)
                }
                Waiter::Queue => self.queue.fail(self.config.retries).and_then(|event| event.token),
            };
            if let Some(token) = token {
                engine.output(Output::AckFailed { socket: self.id, token, failure: AckFailure::TimedOut });
            }
        }
        self.drain_queue(engine);
        engine.io.timers.set_earlier(TimerKind::Sockets, self.next_deadline());
    }

    /// Nothing is over before this instant.
    pub(super) fn next_deadline(&self) -> Instant {
        let joined = match self.state {
            SocketState::Connecting { deadline, .. } => deadline,
            SocketState::Inactive | SocketState::AwaitingEngine | SocketState::Connected => Instant::NEVER,
        };
        joined.earlier(self.acks.earliest())
    }

    fn is_authorizing(&self, attempt: u32) -> bool {
        attempt == self.auth_attempt && matches!(self.state, SocketState::Connecting { step: Step::Authorizing, .. })
    }

    fn step(&mut self, step: Step, engine: &mut Engine<P>) {
        let deadline = engine.io.now.after(engine.io.config.namespace_timeout);
        self.state = SocketState::Connecting { step, deadline };
        engine.io.timers.set_earlier(TimerKind::Sockets, deadline);
    }

    fn connect_error(&self, cause: Cause<P>, json: usize, retry_in: Option<Millis>, engine: &mut Engine<P>) {
        engine.output(Output::ConnectError { socket: self.id, cause: Some(cause), json, retry_in });
    }

    /// Sends the head of the retry queue, if the socket is connected and nothing of the queue is in flight.
    fn drain_queue(&mut self, engine: &mut Engine<P>) {
        if self.state != SocketState::Connected {
            return;
        }
        let Some(event) = self.queue.begin() else {
            return;
        };
        let (content, timeout, compress) = (event.content.clone(), event.timeout, event.compress);
        let id = self.await_ack(Waiter::Queue, timeout, engine);
        self.send_event(content, Some(id), compress, engine);
    }

    fn await_ack(&mut self, waiter: Waiter, timeout: Millis, engine: &mut Engine<P>) -> AckId {
        let deadline = engine.io.now.after(timeout);
        engine.io.timers.set_earlier(TimerKind::Sockets, deadline);
        self.acks.register(waiter, deadline)
    }

    fn send_event(&self, content: Content<P>, ack: Option<AckId>, compress: bool, engine: &mut Engine<P>) {
        let mut packet = self.packet(PacketType::Event, Some(content.text));
        packet.ack = ack;
        packet.compress = compress;
        packet.attachments = content.attachments.len();
        engine.send(packet, content.attachments);
    }

    fn packet(&self, kind: PacketType, content: Option<P>) -> Outgoing<P> {
        Outgoing {
            kind: Some(kind),
            socket: self.id,
            attachments: 0,
            ack: None,
            content,
            compress: true,
            namespace_len: self.namespace_len,
        }
    }
}

/// Bytes of a text in UTF-8. Each half of a surrogate pair counts 2 of its 4 bytes; a lone one, which becomes the 3 bytes of
/// U+FFFD, does not stand in a namespace.
fn utf8_len(units: &[u16]) -> u32 {
    units
        .iter()
        .fold(0, |len, unit| len + 1 + u32::from(*unit >= 0x80) + u32::from(*unit >= 0x800 && *unit >> 11 != 0x1B))
}
