//! The manager: owns the session and all sockets, by value.
//!
//! Commands are bare verbs, inputs are `handle_*`, outputs are `poll_*`; time is an argument of each. After any of them,
//! take outputs until there is none, then arm one timer for [`Manager::poll_timeout`].

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::assembly::Assembly;
use super::backoff::Backoff;
use super::engine::Engine;
use super::outbox::byte_len;
use super::output::{Host, Output, Outputs};
use super::packet::AckId;
use super::socket::{EmitOptions, Socket, SocketId, SocketState};
use crate::config::{ManagerConfig, SocketConfig};
use crate::error::DisconnectReason;
use crate::payload::{Content, Payload};
use crate::rand::Rand;
use crate::time::Instant;
use crate::timer::TimerKind;

/// One engine's lifetime and the sockets that share it.
///
/// `P` is the handle to a text or an attachment: see [`Payload`].
#[derive(Debug)]
pub struct Manager<P, H = Outputs<P>> {
    pub(super) engine: Engine<P, H>,
    /// Boxed: every list moves pointers, by the same code.
    #[allow(clippy::vec_box)]
    pub(super) sockets: Vec<Box<Socket<P>>>,
    pub(super) assembly: Option<Assembly<P>>,
    pub(super) backoff: Backoff,
    pub(super) rand: Rand,
    pub(super) prior_websocket: bool,
    /// When the network last came back, or the page last ran again.
    pub(super) woke: Instant,
    /// The socket of `/`.
    pub(super) root: Option<SocketId>,
}

/// What the page or the system says of the network, or of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkChange {
    /// The browser says that the network is gone.
    Offline,
    /// The network is back.
    Online,
    /// The page is visible again.
    Visible,
    /// The page comes out of the back/forward cache.
    PageShow,
    /// The page runs again.
    Resume,
    /// The page is frozen, also when it goes into the back/forward cache.
    Freeze,
    /// The page is about to unload.
    BeforeUnload,
}

impl NetworkChange {
    /// The change with this number, in the order above from 0 on.
    #[must_use]
    pub fn from_number(number: u32) -> Option<NetworkChange> {
        Some(match number {
            0 => NetworkChange::Offline,
            1 => NetworkChange::Online,
            2 => NetworkChange::Visible,
            3 => NetworkChange::PageShow,
            4 => NetworkChange::Resume,
            5 => NetworkChange::Freeze,
            6 => NetworkChange::BeforeUnload,
            _ => return None,
        })
    }
}

impl<P, H> Manager<P, H> {
    /// A closed manager without sockets.
    #[must_use]
    pub const fn with_host(config: ManagerConfig, host: H) -> Manager<P, H> {
        Manager {
            engine: Engine::new(config, host),
            sockets: Vec::new(),
            assembly: None,
            backoff: Backoff::new(),
            rand: Rand::new(0),
            prior_websocket: false,
            woke: Instant(0.0),
            root: None,
        }
    }

    /// Makes its jitter that of this seed: repeatable.
    pub fn seed(&mut self, seed: u32) {
        self.rand = Rand::new(seed);
    }
}

impl<P: Payload> Manager<P> {
    /// A closed manager without sockets, whose outputs wait to be polled.
    #[must_use]
    pub fn new(config: ManagerConfig, seed: u32) -> Manager<P> {
        let mut manager = Manager::with_host(config, Outputs::new());
        manager.seed(seed);
        manager
    }

    /// Takes the next output, in order. It ends the input before: see [`Manager::finish`].
    pub fn poll_output(&mut self) -> Option<Output<P>> {
        self.finish();
        let queue = &mut self.engine.io.host.queue;
        let output = queue.pop_front();
        if output.is_none() {
            queue.shrink_to_fit();
        }
        output.map(|output| *output)
    }

    /// The socket of a namespace (its code units, with the slash): a new inactive one, or the one there is.
    pub fn socket(&mut self, namespace: &[u16]) -> SocketId {
        self.engine.io.host.socket(namespace).unwrap_or_else(|| {
            self.engine.io.host.namespaces.push(Box::from(namespace));
            self.add_socket(if namespace.len() > 1 { utf8_len(namespace) } else { 0 })
        })
    }

    /// A socket's namespace, in code units.
    #[must_use]
    pub fn namespace(&self, socket: SocketId) -> &[u16] {
        self.engine.io.host.namespaces.get(socket.0 as usize).map_or(&[], |namespace| namespace)
    }
}

impl<P: Payload, H: Host<P>> Manager<P, H> {
    /// The configuration; a change takes effect with the next decision that asks for it.
    pub fn config_mut(&mut self) -> &mut ManagerConfig {
        &mut self.engine.io.config
    }

    /// A new socket, inactive. Its namespace has this many bytes in UTF-8, 0 for `/`; the host knows the text ([`Host::find`]).
    pub fn add_socket(&mut self, namespace_len: u32) -> SocketId {
        let id = SocketId(self.sockets.len() as u32);
        if namespace_len == 0 {
            self.root = Some(id);
        }
        self.sockets.push(Box::new(Socket::new(id, namespace_len)));
        id
    }

    /// A socket's configuration; `None` if there is no such socket.
    pub fn socket_config_mut(&mut self, socket: SocketId) -> Option<&mut SocketConfig> {
        Some(&mut self.sockets.get_mut(socket.0 as usize)?.config)
    }

    /// Where a socket stands.
    #[must_use]
    pub fn socket_state(&self, socket: SocketId) -> SocketState {
        self.sockets.get(socket.0 as usize).map_or(SocketState::Inactive, |socket| socket.state)
    }

    /// The JSON of events that wait for their socket to connect, oldest first.
    pub fn buffered(&self, socket: SocketId) -> impl Iterator<Item = &P> {
        let events = self.sockets.get(socket.0 as usize).into_iter().flat_map(|socket| socket.outbox.iter());
        events.filter(|event| event.is_buffered()).filter_map(|event| Some(&event.content.as_ref()?.text))
    }

    /// Packets that wait for the engine's transport.
    #[must_use]
    pub fn queue_len(&self) -> usize {
        self.engine.session.as_ref().map_or(0, |session| session.queue_len())
    }

    /// Bytes of what a socket's app emitted and that has not left yet; on polling with all that the connection is to send.
    #[must_use]
    pub fn buffered_amount(&self, socket: SocketId) -> usize {
        let queued = self.engine.session.as_ref().map_or(0, |session| session.queue_byte_len());
        self.sockets.get(socket.0 as usize).map_or(0, |socket| byte_len(&socket.outbox)) + queued
    }

    /// Joins a namespace, as soon as the engine is open; opens it if need be.
    pub fn connect(&mut self, socket: SocketId, now: Instant) {
        self.engine.io.now = now;
        let Some((socket, engine)) = self.socket_and_engine(socket) else {
            return;
        };
        if socket.state == SocketState::Inactive {
            socket.state = SocketState::AwaitingEngine;
        }
        if socket.state == SocketState::AwaitingEngine && engine.is_open() {
            socket.begin_connect(engine);
        }
        self.open_if_closed();
    }

    /// Leaves a namespace. When no other socket is active, the engine is closed too.
    pub fn disconnect(&mut self, socket: SocketId, now: Instant) {
        self.engine.io.now = now;
        let Some((found, engine)) = self.socket_and_engine(socket) else {
            return;
        };
        if !found.is_active() {
            return;
        }
        let was_connected = found.leave(engine);
        engine.io.host.forget(socket);
        self.close_if_unused();
        if was_connected && let Some((found, engine)) = self.socket_and_engine(socket) {
            found.tell_disconnected(DisconnectReason::ClientDisconnect, false, engine);
        }
        self.settle();
    }

    /// Answers [`Output::AuthWanted`] with the JSON object that CONNECT carries, or with none.
    pub fn authorize(&mut self, socket: SocketId, attempt: u32, auth: Option<P>, now: Instant) {
        self.begin(now, auth);
        if let Some((socket, engine)) = self.socket_and_engine(socket) {
            socket.authorize(attempt, engine);
        }
    }

    /// Answers [`Output::AuthWanted`] with a failure; it is tried again after the namespace timeout.
    pub fn fail_auth(&mut self, socket: SocketId, attempt: u32, detail: Option<P>, now: Instant) {
        self.begin(now, detail);
        if let Some((socket, engine)) = self.socket_and_engine(socket) {
            socket.fail_auth(attempt, engine);
        }
    }

    /// Emits an event; the text is the JSON array of its name and arguments. False: there is no room for it, and nobody else is
    /// told ([`crate::config::Overflow::Error`]).
    pub fn emit(&mut self, socket: SocketId, content: Content<P>, options: EmitOptions, now: Instant) -> bool {
        self.engine.io.now = now;
        self.check_heartbeat();
        self.socket_and_engine(socket).is_none_or(|(socket, engine)| socket.emit(content, options, engine))
    }

    /// Drops the events of a socket that wait for its connection or their turn; whoever waits for their acks is forgotten.
    pub fn clear(&mut self, socket: SocketId, now: Instant) {
        self.engine.io.now = now;
        if let Some((socket, engine)) = self.socket_and_engine(socket) {
            socket.clear(engine);
        }
    }

    /// Answers an event of the server's that asked for it; dropped unless the socket is connected.
    pub fn acknowledge(&mut self, socket: SocketId, id: AckId, content: Content<P>, now: Instant) {
        self.engine.io.now = now;
        if let Some((socket, engine)) = self.socket_and_engine(socket) {
            socket.acknowledge(id, content, engine);
        }
    }

    /// The end of a turn that [`crate::engineio::Command::Defer`] asked for.
    pub fn handle_turn(&mut self, now: Instant) {
        self.engine.io.now = now;
        if let Some((session, io)) = self.engine.current() {
            session.handle_turn(io);
        }
    }

    /// The timer fired, or may have: handles every deadline that is over.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.engine.io.now = now;
        for _ in 0..DEADLINES_A_WAKE_UP {
            let Some(kind) = self.engine.io.timers.take_over(now) else {
                return;
            };
            match kind {
                TimerKind::Sockets => {
                    for socket in &mut self.sockets {
                        socket.handle_timeout(&mut self.engine);
                    }
                }
                TimerKind::Leaving => self.engine.forget_left(),
                TimerKind::Open => self.fail_to_open_in_time(),
                TimerKind::Reconnect => self.begin_attempt(),
                TimerKind::Ping | TimerKind::UpgradeStart | TimerKind::Upgrade => {
                    if let Some((session, io)) = self.engine.current() {
                        let event = session.handle_timer(kind, io);
                        self.handle_session_event(event);
                    }
                }
            }
        }
    }

    /// When [`Manager::handle_timeout`] is to be called, and for what; `None`: not at all.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, TimerKind)> {
        Some((self.engine.io.timers.next(), self.engine.io.timers.next_kind()?))
    }

    /// The deadline of [`Manager::poll_timeout`] alone; [`Instant::NEVER`] if there is none.
    #[must_use]
    pub fn next_timeout(&self) -> Instant {
        self.engine.io.timers.next()
    }

    pub(super) fn socket_and_engine(&mut self, socket: SocketId) -> Option<(&mut Socket<P>, &mut Engine<P, H>)> {
        Some((self.sockets.get_mut(socket.0 as usize)?, &mut self.engine))
    }
}

/// Bytes of a text in UTF-8. Each half of a surrogate pair counts 2 of its 4 bytes; a lone one, which becomes the 3 bytes of
/// U+FFFD, does not stand in a namespace.
fn utf8_len(units: &[u16]) -> u32 {
    units
        .iter()
        .fold(0, |len, unit| len + 1 + u32::from(*unit >= 0x80) + u32::from(*unit >= 0x800 && *unit >> 11 != 0x1B))
}

/// One for each kind of timer. With delays of 0 a deadline is over again at once: it waits for the host's next wake-up, so
/// that the page lives on.
const DEADLINES_A_WAKE_UP: usize = 7;
