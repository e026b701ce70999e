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
        match self.engine.state {
            State::Closed | State::Waiting => {
                self.engine.timers.clear(TimerKind::Reconnect);
                self.begin_opening(0, reconnect, now);
            }
            State::Opening { .. } | State::Open { .. } => {}
        }
    }

    /// Closes the engine for good: no reconnection, until a socket connects again.
    pub fn close(&mut self, now: Instant) {
        self.engine.leave(now);
        for socket in &mut self.sockets {
            socket.lose_engine(DisconnectReason::ForcedClose, false, &mut self.engine, now);
        }
        self.shut();
    }

    /// Drops the connection as if it were lost; automatic reconnection follows.
    pub fn close_engine(&mut self, now: Instant) {
        match self.engine.state {
            State::Open { .. } => {
                self.engine.leave(now);
                self.lose(DisconnectReason::ForcedClose, None, now);
            }
            State::Opening { .. } => {
                self.engine.abort(now);
                self.fail_to_open(Cause::new(ErrorCode::Transport), now);
            }
            State::Closed | State::Waiting => {}
        }
    }

    /// What the page says of the network, or of itself.
    pub fn handle_network(&mut self, change: NetworkChange, now: Instant) {
        match change {
            NetworkChange::Offline => match self.engine.state {
                State::Open { .. } => {
                    self.lose(DisconnectReason::TransportClose, Some(Cause::new(ErrorCode::NetworkLost)), now)
                }
                State::Opening { .. } => self.fail_to_open(Cause::new(ErrorCode::NetworkLost), now),
                State::Closed | State::Waiting => {}
            },
            NetworkChange::Online | NetworkChange::Visible | NetworkChange::Resume => {
                self.check_heartbeat(now);
                self.hurry(now);
            }
            NetworkChange::PageShow => {
                if self.engine.is_open() {
                    self.lose(DisconnectReason::TransportClose, None, now);
                }
                self.hurry(now);
            }
            NetworkChange::BeforeUnload => {
                if self.engine.config.close_on_beforeunload {
                    self.close(now);
                }
            }
            NetworkChange::Hidden | NetworkChange::PageHide | NetworkChange::Freeze => {}
        }
    }

    pub(super) fn open_if_closed(&mut self, now: Instant) {
        if matches!(self.engine.state, State::Closed) {
            self.begin_opening(0, true, now);
        }
    }

    pub(super) fn close_if_unused(&mut self, now: Instant) {
        if !self.sockets.iter().any(Socket::is_active) {
            self.engine.leave(now);
            self.shut();
        }
    }

    /// A delay before reconnecting is over.
    pub(super) fn begin_attempt(&mut self, now: Instant) {
        let attempt = self.backoff.attempts();
        self.engine.output(Output::ReconnectAttempt(attempt));
        self.begin_opening(attempt, true, now);
    }

    /// The handshake is done.
    pub(super) fn opened(&mut self, now: Instant) {
        let State::Opening { session: Some(session), attempt, .. } =
            core::mem::replace(&mut self.engine.state, State::Closed)
        else {
            return;
        };
        self.prior_websocket |= session.kind() == Some(TransportKind::WebSocket);
        self.engine.state = State::Open { session, since: now };
        self.engine.timers.clear(TimerKind::Open);
        for socket in &mut self.sockets {
            if socket.state == SocketState::AwaitingEngine {
                socket.begin_connect(&mut self.engine, now);
            }
        }
        self.engine.output(Output::Opened);
        self.backoff.succeed();
        if attempt > 0 {
            self.engine.output(Output::Reconnected(attempt));
        }
    }

    /// Starts the upgrade once every namespace has its answer, so that it delays none.
    pub(super) fn upgrade_if_settled(&mut self, now: Instant) {
        if self.engine.is_open()
            && !self.sockets.iter().any(Socket::is_joining)
            && let Some((session, mut cx)) = self.engine.current(now)
        {
            session.start_upgrade(&mut cx);
        }
    }

    /// What a session's input meant, where it needs no frame.
    pub(super) fn handle_session_event(&mut self, event: Event, now: Instant) {
        match event {
            Event::Ping => self.engine.output(Output::Ping),
            Event::NextTransport(kind) => self.engine.output(Output::Engine(kind)),
            Event::Upgrading(kind) => self.engine.output(Output::Upgrading(kind)),
            Event::Upgraded(kind) => {
                self.prior_websocket |= kind == TransportKind::WebSocket;
                self.engine.output(Output::Upgraded(kind));
            }
            Event::UpgradeFailed => self.engine.output(Output::UpgradeFailed(None)),
            Event::Lost(reason) => self.session_lost(reason, None, now),
            Event::None | Event::Read | Event::Opened | Event::Message | Event::Base64 | Event::Binary => {}
        }
    }

    /// The session ended, before or after its handshake.
    pub(super) fn session_lost(&mut self, reason: DisconnectReason, detail: Option<P>, now: Instant) {
        match self.engine.state {
            State::Opening { .. } => self.fail_to_open(Cause { code: ErrorCode::Transport, detail }, now),
            State::Open { .. } => {
                let cause = detail.map(|detail| Cause { code: ErrorCode::Transport, detail: Some(detail) });
                self.lose(reason, cause, now);
            }
            State::Closed | State::Waiting => {}
        }
    }

    /// The server broke the protocol: nothing that follows on this session can be trusted.
    pub(super) fn break_off(&mut self, cause: Cause<P>, now: Instant) {
        match self.engine.state {
            State::Opening { .. } => self.fail_to_open(cause, now),
            State::Open { .. } => self.lose(DisconnectReason::ParseError, Some(cause), now),
            State::Closed | State::Waiting => {}
        }
    }

    /// Sees a heartbeat that expired while no timer could fire.
    pub(super) fn check_heartbeat(&mut self, now: Instant) {
        if self.engine.timers.get(TimerKind::Ping).is_over(now) {
            self.engine.timers.clear(TimerKind::Ping);
            self.lose(DisconnectReason::PingTimeout, None, now);
        }
    }

    pub(super) fn fail_to_open_in_time(&mut self, now: Instant) {
        let code = if self.engine.session().is_some() { ErrorCode::Timeout } else { ErrorCode::NoTransports };
        self.fail_to_open(Cause::new(code), now);
    }

    fn begin_opening(&mut self, attempt: u32, reconnect: bool, now: Instant) {
        let mut transports = self.engine.config.engine.transports;
        if self.engine.config.engine.remember_upgrade && self.prior_websocket {
            transports = transports.starting_with(TransportKind::WebSocket);
        }
        if let Some(kind) = transports.first() {
            self.engine.output(Output::Engine(kind));
        }
        let session = Session::open(transports, &mut self.engine.cx(now));
        // An empty list fails at the next timer, so that the app can listen before it is told.
        let deadline = if session.is_some() { now.after(self.engine.config.timeout) } else { now };
        self.engine.timers.set(TimerKind::Open, deadline);
        self.engine.state = State::Opening { session, attempt, reconnect };
    }

    fn fail_to_open(&mut self, cause: Cause<P>, now: Instant) {
        self.engine.abort(now);
        let State::Opening { attempt, reconnect, .. } = core::mem::replace(&mut self.engine.state, State::Closed)
        else {
            return;
        };
        self.engine.timers.clear(TimerKind::Open);
        self.assembly = None;
        self.prior_websocket = false;
        let retry_in = if reconnect && self.engine.config.reconnection { self.next_delay() } else { None };
        self.engine.output(Output::Cause(cause));
        self.engine.output(Output::EngineClosed(DisconnectReason::TransportError));
        for socket in &self.sockets {
            if socket.state == SocketState::AwaitingEngine {
                self.engine.output(Output::ConnectError { socket: socket.id, cause: None, json: 0, retry_in });
            }
        }
        self.engine.output(Output::Error);
        if reconnect && self.engine.config.reconnection {
            self.wait(retry_in, now);
        }
        if attempt > 0 {
            self.engine.output(Output::ReconnectError);
        }
    }

    fn lose(&mut self, reason: DisconnectReason, cause: Option<Cause<P>>, now: Instant) {
        self.engine.abort(now);
        if let State::Open { since, .. } = core::mem::replace(&mut self.engine.state, State::Closed)
            && now.since(since) >= self.engine.config.stable_after
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
            socket.lose_engine(reason, has_cause, &mut self.engine, now);
        }
        self.engine.output(Output::Closed(reason));
        if self.engine.config.reconnection {
            let delay = self.next_delay();
            self.wait(delay, now);
        }
    }

    /// The delay before the next attempt; `None` when all are used up.
    fn next_delay(&mut self) -> Option<Millis> {
        if f64::from(self.backoff.attempts()) >= self.engine.config.reconnection_attempts {
            return None;
        }
        Some(self.backoff.next_delay(&self.engine.config, &mut self.rand))
    }

    fn wait(&mut self, delay: Option<Millis>, now: Instant) {
        let Some(delay) = delay else {
            self.backoff.reset();
            self.engine.output(Output::ReconnectFailed);
            return;
        };
        self.engine.state = State::Waiting;
        self.engine.timers.set(TimerKind::Reconnect, now.after(delay));
        self.engine.output(Output::Waiting { attempt: self.backoff.attempts(), delay });
    }

    /// The network may be back: the next attempt begins now, and delays start anew.
    fn hurry(&mut self, now: Instant) {
        if matches!(self.engine.state, State::Waiting) {
            self.backoff.settle();
            self.engine.timers.set(TimerKind::Reconnect, now);
        }
    }

    fn shut(&mut self) {
        for kind in [TimerKind::Open, TimerKind::Reconnect] {
            self.engine.timers.clear(kind);
        }
        self.engine.state = State::Closed;
        self.assembly = None;
        self.backoff.reset();
        self.engine.output(Output::EngineClosed(DisconnectReason::ForcedClose));
        self.engine.output(Output::Closed(DisconnectReason::ForcedClose));
    }
}
