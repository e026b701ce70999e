//! The manager: owns the session and all sockets, by value.
//!
//! Commands are bare verbs, inputs are `handle_*`, outputs are `poll_*`; time is an argument of each. After any of them,
//! take outputs until there is none, then arm one timer for [`Manager::poll_timeout`].

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::assembly::Assembly;
use super::backoff::Backoff;
use super::engine::Engine;
use super::output::Output;
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
pub struct Manager<P> {
    pub(super) engine: Engine<P>,
    pub(super) sockets: Vec<Socket<P>>,
    pub(super) assembly: Option<Assembly<P>>,
    pub(super) backoff: Backoff,
    pub(super) rand: Rand,
    pub(super) prior_websocket: bool,
    /// Sockets sorted by namespace, so that finding one costs little however many there are.
    directory: Vec<SocketId>,
    last_found: usize,
}

/// What the page or the system says of the network, or of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkChange {
    /// The browser says that the network is gone.
    Offline,
    /// The network is back.
    Online,
    /// The page is hidden.
    Hidden,
    /// The page is visible again.
    Visible,
    /// The page goes into the back/forward cache.
    PageHide,
    /// The page comes out of the back/forward cache: its connections did not survive.
    PageShow,
    /// The page is frozen.
    Freeze,
    /// The page runs again.
    Resume,
    /// The page is about to unload.
    BeforeUnload,
}

impl<P: Payload> Manager<P> {
    /// A closed manager without sockets. `seed` makes its jitter repeatable.
    #[must_use]
    pub fn new(config: ManagerConfig, seed: u64) -> Manager<P> {
        Manager {
            engine: Engine::new(config),
            sockets: Vec::new(),
            assembly: None,
            backoff: Backoff::default(),
            rand: Rand::new(seed),
            prior_websocket: false,
            directory: Vec::new(),
            last_found: 0,
        }
    }

    /// The configuration; a change takes effect with the next decision that asks for it.
    pub fn config_mut(&mut self) -> &mut ManagerConfig {
        &mut self.engine.io.config
    }

    /// The socket of a namespace (its code units, with the slash): a new inactive one, or the one there is.
    pub fn socket(&mut self, namespace: &[u16]) -> SocketId {
        let sockets = &self.sockets;
        let found = self.directory.binary_search_by(|id| name(sockets, *id).cmp(namespace));
        match found {
            Ok(index) => self.directory.get(index).copied().unwrap_or(SocketId(0)),
            Err(index) => {
                let id = SocketId(self.sockets.len() as u32);
                self.sockets.push(Socket::new(id, Box::from(namespace)));
                // An insertion that cannot panic: everything behind moves on by one.
                let mut moved = id;
                for place in self.directory.iter_mut().skip(index) {
                    core::mem::swap(place, &mut moved);
                }
                self.directory.push(moved);
                id
            }
        }
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

    /// A socket's namespace, in code units.
    #[must_use]
    pub fn namespace(&self, socket: SocketId) -> &[u16] {
        name(&self.sockets, socket)
    }

    /// The JSON of events that wait for their socket to connect, oldest first.
    pub fn buffered(&self, socket: SocketId) -> impl Iterator<Item = &P> {
        let buffer = self.sockets.get(socket.0 as usize).map(|socket| &socket.send_buffer);
        buffer.into_iter().flatten().map(|event| &event.content.text)
    }

    /// Packets that wait for the engine's transport.
    #[must_use]
    pub fn queue_len(&self) -> usize {
        self.engine.session().map_or(0, crate::engineio::Session::queue_len)
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
        engine.io.outputs.retain(|output| {
            !matches!(output, Output::Event { socket: whose, .. } | Output::Connect(whose) if *whose == socket)
        });
        self.close_if_unused();
        if was_connected && let Some((found, engine)) = self.socket_and_engine(socket) {
            found.tell_disconnected(DisconnectReason::ClientDisconnect, false, engine);
        }
        self.settle();
    }

    /// Answers [`Output::AuthWanted`] with the JSON object that CONNECT carries, or with none.
    pub fn authorize(&mut self, socket: SocketId, attempt: u32, auth: Option<P>, now: Instant) {
        self.engine.io.now = now;
        if let Some((socket, engine)) = self.socket_and_engine(socket) {
            socket.authorize(attempt, auth, engine);
        }
    }

    /// Answers [`Output::AuthWanted`] with a failure; it is tried again after the namespace timeout.
    pub fn fail_auth(&mut self, socket: SocketId, attempt: u32, detail: Option<P>, now: Instant) {
        self.engine.io.now = now;
        if let Some((socket, engine)) = self.socket_and_engine(socket) {
            socket.fail_auth(attempt, detail, engine);
        }
    }

    /// Emits an event; the text is the JSON array of its name and arguments.
    pub fn emit(&mut self, socket: SocketId, content: Content<P>, options: EmitOptions, now: Instant) {
        self.engine.io.now = now;
        self.check_heartbeat();
        if let Some((socket, engine)) = self.socket_and_engine(socket) {
            socket.emit(content, options, engine);
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
                TimerKind::Leaving => self.engine.abort_leaving(),
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

    /// Takes the next output, in order.
    pub fn poll_output(&mut self) -> Option<Output<P>> {
        self.engine.io.outputs.pop()
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

    pub(super) fn socket_and_engine(&mut self, socket: SocketId) -> Option<(&mut Socket<P>, &mut Engine<P>)> {
        Some((self.sockets.get_mut(socket.0 as usize)?, &mut self.engine))
    }

    /// The socket of a namespace on the wire; none there means `/`.
    pub(super) fn find(&mut self, namespace: &[u16]) -> Option<SocketId> {
        let namespace = if namespace.is_empty() { ROOT } else { namespace };
        // Most packets are for the same socket as the one before.
        if let Some(socket) = self.sockets.get(self.last_found)
            && *socket.namespace == *namespace
        {
            return Some(socket.id);
        }
        let sockets = &self.sockets;
        let index = self.directory.binary_search_by(|id| name(sockets, *id).cmp(namespace)).ok()?;
        let id = self.directory.get(index).copied()?;
        self.last_found = id.0 as usize;
        Some(id)
    }
}

fn name<P>(sockets: &[Socket<P>], id: SocketId) -> &[u16] {
    sockets.get(id.0 as usize).map_or(&[], |socket| &socket.namespace)
}

const ROOT: &[u16] = &[0x2F];
/// One for each kind of timer. With delays of 0 a deadline is over again at once: it waits for the host's next wake-up, so
/// that the page lives on.
const DEADLINES_A_WAKE_UP: usize = 7;
