//! The engine's lifetime: every transition of the manager.
//!
//! | state | input | next | output |
//! |---|---|---|---|
//! | `Closed` | `open`, a socket's `connect` | `Opening` | `Open` of a transport |
//! | `Opening` | handshake | `Open` | CONNECT of the active sockets, `Opened`, `Reconnected` |
//! | `Opening` | transport lost, deadline over, bad handshake | `Waiting`, or `Closed` | `ConnectError`, `Error`, `Waiting`, `ReconnectError` |
//! | `Open` | session lost, protocol broken | `Waiting`, or `Closed` | `Disconnected`, `Closed`, `Waiting` |
//! | `Waiting` | delay over, network back | `Opening` | `ReconnectAttempt` |
//! | `Waiting` | attempts used up | `Closed` | `ReconnectFailed` |
//! | any | `close`, last socket left | `Closed` | `Closed` |

use super::engine::State;
use super::manager::{Manager, NetworkChange};
use super::output::Output;
use super::socket::{Socket, SocketState};
use crate::config::TransportKind;
use crate::engineio::{Event, Session};
use crate::error::{Cause, DisconnectReason, ErrorCode};
use crate::payload::Payload;
use crate::time::{Instant, Millis};
use crate::timer::TimerKind;

impl<P: Payload> Manager<P> {
    /// Opens the engine. With `reconnect`, a failure begins reconnection; otherwise it is only reported.
    pub fn open(&mut self, reconnect: bool, now: Instant) {
        self.engine.io.now = now;
        match self.engine.state {
            State::Closed | State::Waiting => {
                self.engine.io.timers.clear(TimerKind::Reconnect);
                self.begin_opening(0, reconnect);
            }
            State::Opening { .. } | State::Open { .. } => {}
        }
    }

    /// Closes the engine for good: no reconnection, until a socket connects again.
    pub fn close(&mut self, now: Instant) {
        self.engine.io.now = now;
        let was_used = self.engine.leave();
        for socket in &mut self.sockets {
            socket.lose_engine(DisconnectReason::ForcedClose, false, &mut self.engine);
        }
        self.shut(was_used);
        self.settle();
    }

    /// Drops the connection as if it were lost; automatic reconnection follows.
    pub fn close_engine(&mut self, now: Instant) {
        self.engine.io.now = now;
        match self.engine.state {
            State::Open { .. } => {
                self.engine.leave();
                self.lose(DisconnectReason::ForcedClose, None);
            }
            State::Opening { .. } => self.fail_to_open(Cause::new(ErrorCode::Transport)),
            State::Closed | State::Waiting => {}
        }
    }

    /// What the page says of the network, or of itself.
    pub fn handle_network(&mut self, change: NetworkChange, now: Instant) {
        self.engine.io.now = now;
        match change {
            NetworkChange::Offline => match self.engine.state {
                State::Open { .. } => {
                    self.lose(DisconnectReason::TransportClose, Some(Cause::new(ErrorCode::NetworkLost)))
                }
                State::Opening { .. } => self.fail_to_open(Cause::new(ErrorCode::NetworkLost)),
                State::Closed | State::Waiting => {}
            },
            NetworkChange::Online | NetworkChange::Visible | NetworkChange::Resume => {
                self.check_heartbeat();
                self.hurry();
            }
            NetworkChange::PageShow => {
                if self.engine.is_open() {
                    self.lose(DisconnectReason::TransportClose, None);
                }
                self.hurry();
            }
            NetworkChange::BeforeUnload => {
                if self.engine.io.config.close_on_beforeunload {
                    self.close(now);
                }
            }
            NetworkChange::Hidden | NetworkChange::PageHide | NetworkChange::Freeze => {}
        }
    }

    pub(super) fn open_if_closed(&mut self) {
        if matches!(self.engine.state, State::Closed) {
            self.begin_opening(0, true);
        }
    }

    pub(super) fn close_if_unused(&mut self) {
        if !self.sockets.iter().any(Socket::is_active) {
            let was_used = self.engine.leave();
            self.shut(was_used);
        }
    }

    /// A delay before reconnecting is over.
    pub(super) fn begin_attempt(&mut self) {
        let attempt = self.backoff.attempts();
        self.engine.output(Output::ReconnectAttempt(attempt));
        self.begin_opening(attempt, true);
    }

    /// The handshake is done.
    pub(super) fn opened(&mut self) {
        let State::Opening { session: Some(session), attempt, .. } =
            core::mem::replace(&mut self.engine.state, State::Closed)
        else {
            return;
        };
        self.prior_websocket |= session.kind() == Some(TransportKind::WebSocket);
        self.engine.state = State::Open { session, since: self.engine.io.now };
        self.engine.io.timers.clear(TimerKind::Open);
        for socket in &mut self.sockets {
            if socket.state == SocketState::AwaitingEngine {
                socket.begin_connect(&mut self.engine);
            }
        }
        self.engine.output(Output::Opened);
        self.backoff.succeed();
        if attempt > 0 {
            self.engine.output(Output::Reconnected(attempt));
        }
    }

    /// Starts the upgrade once every namespace has its answer, so that it delays none.
    pub(super) fn upgrade_if_settled(&mut self) {
        if self.engine.is_open()
            && !self.sockets.iter().any(Socket::is_joining)
            && let Some((session, io)) = self.engine.current()
        {
            session.start_upgrade(io);
        }
    }

    /// After a socket has left: starts an upgrade that waited for it; or, if nothing is left, lets the host's timer rest.
    pub(super) fn settle(&mut self) {
        self.upgrade_if_settled();
        if matches!(self.engine.state, State::Closed) {
            self.engine.io.timers.clear(TimerKind::Sockets);
            for socket in &self.sockets {
                self.engine.io.timers.set_earlier(TimerKind::Sockets, socket.next_deadline());
            }
        }
    }

    /// What a session's input meant, where it needs no frame.
    pub(super) fn handle_session_event(&mut self, event: Event) {
        match event {
            Event::Ping => self.engine.output(Output::Ping),
            Event::NextTransport(kind) => self.engine.output(Output::Engine(kind)),
            Event::Upgrading(kind) => self.engine.output(Output::Upgrading(kind)),
            Event::Upgraded(kind) => {
                self.prior_websocket |= kind == TransportKind::WebSocket;
                self.engine.output(Output::Upgraded(kind));
            }
            Event::UpgradeFailed => self.engine.output(Output::UpgradeFailed(None)),
            Event::Lost(reason) => self.session_lost(reason, None),
            Event::None | Event::Handshake | Event::Message | Event::Base64 | Event::Binary => {}
        }
    }

    /// The session ended, before or after its handshake.
    pub(super) fn session_lost(&mut self, reason: DisconnectReason, detail: Option<P>) {
        match self.engine.state {
            State::Opening { .. } => self.fail_to_open(Cause { code: ErrorCode::Transport, detail }),
            State::Open { .. } => {
                let cause = detail.map(|detail| Cause { code: ErrorCode::Transport, detail: Some(detail) });
                self.lose(reason, cause);
            }
            State::Closed | State::Waiting => {}
        }
    }

    /// The server broke the protocol: nothing that follows on this session can be trusted.
    pub(super) fn break_off(&mut self, cause: Cause<P>) {
        match self.engine.state {
            State::Opening { .. } => self.fail_to_open(cause),
            State::Open { .. } => self.lose(DisconnectReason::ParseError, Some(cause)),
            State::Closed | State::Waiting => {}
        }
    }

    /// Sees a heartbeat that expired while no timer could fire.
    pub(super) fn check_heartbeat(&mut self) {
        if self.engine.io.timers.get(TimerKind::Ping).is_over(self.engine.io.now) {
            self.engine.io.timers.clear(TimerKind::Ping);
            self.lose(DisconnectReason::PingTimeout, None);
        }
    }

    pub(super) fn fail_to_open_in_time(&mut self) {
        let code = if self.engine.session().is_some() { ErrorCode::Timeout } else { ErrorCode::NoTransports };
        self.fail_to_open(Cause::new(code));
    }

    fn begin_opening(&mut self, attempt: u32, reconnect: bool) {
        let mut transports = self.engine.io.config.engine.transports;
        if self.engine.io.config.engine.remember_upgrade && self.prior_websocket {
            transports = transports.starting_with(TransportKind::WebSocket);
        }
        if let Some(kind) = transports.first() {
            self.engine.output(Output::Engine(kind));
        }
        let session = Session::open(transports, &mut self.engine.io);
        // An empty list fails at the next timer, so that the app can listen before it is told.
        let timeout = if session.is_some() { self.engine.io.config.timeout } else { 0.0 };
        self.engine.io.set_timer(TimerKind::Open, timeout);
        self.engine.state = State::Opening { session, attempt, reconnect };
    }

    fn fail_to_open(&mut self, cause: Cause<P>) {
        self.engine.abort();
        let State::Opening { attempt, reconnect, .. } = core::mem::replace(&mut self.engine.state, State::Closed)
        else {
            return;
        };
        self.engine.io.timers.clear(TimerKind::Open);
        self.assembly = None;
        self.prior_websocket = false;
        let retry_in = if reconnect && self.engine.io.config.reconnection { self.next_delay() } else { None };
        self.engine.output(Output::Cause(cause));
        self.engine.output(Output::EngineClosed(DisconnectReason::TransportError));
        for socket in &self.sockets {
            if socket.state == SocketState::AwaitingEngine {
                self.engine.output(Output::ConnectError { socket: socket.id, cause: None, json: 0, retry_in });
            }
        }
        self.engine.output(Output::Error);
        if reconnect && self.engine.io.config.reconnection {
            self.wait(retry_in);
        }
        if attempt > 0 {
            self.engine.output(Output::ReconnectError);
        }
    }

    fn lose(&mut self, reason: DisconnectReason, cause: Option<Cause<P>>) {
        self.engine.abort();
        if let State::Open { since, .. } = core::mem::replace(&mut self.engine.state, State::Closed)
            && self.engine.io.now.since(since) >= self.engine.io.config.stable_after
        {
            self.backoff.settle();
        }
        self.assembly = None;
        let has_cause = cause.is_some();
        if let Some(cause) = cause {
            self.engine.output(Output::Cause(cause));
        }
        self.engine.output(Output::EngineClosed(reason));
        for socket in &mut self.sockets {
            socket.lose_engine(reason, has_cause, &mut self.engine);
        }
        self.engine.output(Output::Closed(reason));
        if self.engine.io.config.reconnection {
            let delay = self.next_delay();
            self.wait(delay);
        }
    }

    /// The delay before the next attempt; `None` when all are used up.
    fn next_delay(&mut self) -> Option<Millis> {
        if f64::from(self.backoff.attempts()) >= self.engine.io.config.reconnection_attempts {
            return None;
        }
        Some(self.backoff.next_delay(&self.engine.io.config, &mut self.rand))
    }

    fn wait(&mut self, delay: Option<Millis>) {
        let Some(delay) = delay else {
            self.backoff.reset();
            self.engine.output(Output::ReconnectFailed);
            return;
        };
        self.engine.state = State::Waiting;
        self.engine.io.set_timer(TimerKind::Reconnect, delay);
        self.engine.output(Output::Waiting { attempt: self.backoff.attempts(), delay });
    }

    /// The network may be back: the next attempt begins now, and delays start anew.
    fn hurry(&mut self) {
        if matches!(self.engine.state, State::Waiting) {
            self.backoff.settle();
            self.engine.io.set_timer(TimerKind::Reconnect, 0.0);
        }
    }

    fn shut(&mut self, was_used: bool) {
        for kind in [TimerKind::Open, TimerKind::Reconnect] {
            self.engine.io.timers.clear(kind);
        }
        self.engine.state = State::Closed;
        self.assembly = None;
        self.backoff.reset();
        if was_used {
            self.engine.output(Output::EngineClosed(DisconnectReason::ForcedClose));
        }
        self.engine.output(Output::Closed(DisconnectReason::ForcedClose));
    }
}
