//! The engine's lifetime: every transition of the manager.
//!
//! | state | input | next | output |
//! |---|---|---|---|
//! | `Closed` | `open`, a socket's `connect` | `Opening` | `Open` of a transport |
//! | `Opening` | handshake | `Open` | CONNECT of the active sockets, `Opened`, `Reconnected` |
//! | `Opening` | transport lost, deadline over, bad handshake | `Waiting`, or `Closed` | `ConnectError`, `Error`, `Waiting`, `ReconnectError` |
//! | `Open` | session lost, protocol broken | `Waiting`, or `Closed` | `Disconnected`, `Closed`, `Waiting` |
//! | `Waiting` | delay over, network back, page awake | `Waiting` | `ReconnectAttempt` |
//! | `Waiting` | `handle_attempt` | `Opening`, or `Closed` without `reconnection` | `Open` of a transport |
//! | `Waiting` | attempts used up | `Closed` | `ReconnectFailed` |
//! | any | `close`, last socket left | `Closed` | `Closed` |

use alloc::boxed::Box;

use super::engine::State;
use super::manager::{Manager, NetworkChange};
use super::output::{Host, Output};
use super::socket::SocketState;
use crate::config::TransportKind;
use crate::engineio::{Event, Session};
use crate::error::{Cause, DisconnectReason, ErrorCode};
use crate::payload::Payload;
use crate::time::{Instant, Millis};
use crate::timer::TimerKind;

impl<P: Payload, H: Host<P>> Manager<P, H> {
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
        let cause = if self.engine.is_open() {
            self.engine.leave();
            None
        } else {
            Some(ErrorCode::Transport)
        };
        self.end(DisconnectReason::ForcedClose, cause);
    }

    /// What the page says of the network, or of itself.
    pub fn handle_network(&mut self, change: NetworkChange, now: Instant) {
        self.engine.io.now = now;
        match change {
            NetworkChange::Offline => self.lose_network(),
            NetworkChange::Online | NetworkChange::Visible | NetworkChange::PageShow | NetworkChange::Resume => {
                self.wake();
            }
            // Browsers close the websockets of a frozen page, and tell neither side before it runs again. Polling goes on.
            NetworkChange::Freeze => {
                let over_websocket = |session: &Session<_>| session.kind() == TransportKind::WebSocket;
                if self.engine.session.as_deref().is_some_and(over_websocket) {
                    self.lose_network();
                }
            }
            NetworkChange::BeforeUnload => {
                if self.engine.io.config.close_on_beforeunload {
                    self.close(now);
                }
            }
        }
    }

    pub(super) fn open_if_closed(&mut self) {
        if matches!(self.engine.state, State::Closed) {
            self.begin_opening(0, true);
        }
    }

    pub(super) fn close_if_unused(&mut self) {
        if !self.sockets.iter().any(|socket| socket.is_active()) {
            let was_used = self.engine.leave();
            self.shut(was_used);
        }
    }

    /// The answer to [`Output::ReconnectAttempt`], once the app has heard of it and perhaps changed its mind.
    pub fn handle_attempt(&mut self, now: Instant) {
        self.engine.io.now = now;
        if !matches!(self.engine.state, State::Waiting) {
            return;
        }
        if self.engine.io.config.reconnection {
            self.begin_opening(self.backoff.attempts(), true);
        } else {
            self.engine.state = State::Closed;
        }
    }

    /// A delay before reconnecting is over.
    pub(super) fn begin_attempt(&mut self) {
        self.engine.output(Output::ReconnectAttempt(self.backoff.attempts()));
    }

    /// The handshake is done.
    pub(super) fn opened(&mut self) {
        let State::Opening { attempt, .. } = self.engine.state else {
            return;
        };
        let is_websocket = |session: &Session<_>| session.kind() == TransportKind::WebSocket;
        self.prior_websocket |= self.engine.session.as_deref().is_some_and(is_websocket);
        self.engine.state = State::Open { since: self.engine.io.now };
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
            && !self.sockets.iter().any(|socket| socket.is_waiting())
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
            Event::Upgrading(kind) => {
                self.engine.output(Output::Upgrading(kind));
                if let Some((session, io)) = self.engine.current() {
                    let event = session.finish_upgrade(io);
                    self.handle_session_event(event);
                }
            }
            Event::Upgraded(kind) => {
                self.prior_websocket |= kind == TransportKind::WebSocket;
                self.engine.output(Output::Upgraded(kind));
            }
            Event::UpgradeFailed => self.engine.output(Output::UpgradeFailed(None)),
            Event::Lost(reason) => self.session_lost(reason, false),
            Event::None | Event::Handshake | Event::Message | Event::Base64 | Event::Binary => {}
        }
    }

    /// The session ended, before or after its handshake.
    /// `explained`: the payload at hand says why.
    pub(super) fn session_lost(&mut self, reason: DisconnectReason, explained: bool) {
        let says_more = explained || !self.engine.is_open();
        self.end(reason, says_more.then_some(ErrorCode::Transport));
    }

    /// The server broke the protocol: nothing that follows on this session can be trusted.
    pub(super) fn break_off(&mut self, code: ErrorCode) {
        self.end(DisconnectReason::ParseError, Some(code));
    }

    /// Sees a heartbeat that expired while no timer could fire. Other deadlines did too, and the host's timer may still wait
    /// for one of them.
    pub(super) fn check_heartbeat(&mut self) {
        let now = self.engine.io.now;
        if self.engine.io.timers.get(TimerKind::Ping).is_over(now) {
            self.handle_timeout(now);
        }
    }

    pub(super) fn fail_to_open_in_time(&mut self) {
        let code = if self.engine.session.is_some() { ErrorCode::Timeout } else { ErrorCode::NoTransports };
        self.end(DisconnectReason::TransportError, Some(code));
    }

    fn begin_opening(&mut self, attempt: u32, reconnect: bool) {
        let mut transports = self.engine.io.config.engine.transports;
        if self.engine.io.config.engine.remember_upgrade && self.prior_websocket {
            transports = transports.starting_with(TransportKind::WebSocket);
        }
        if let Some(kind) = transports.first() {
            self.engine.output(Output::Engine(kind));
        }
        self.engine.session = Session::open(transports, &mut self.engine.io).map(Box::new);
        // An empty list fails at the next timer, so that the app can listen before it is told.
        let timeout = if self.engine.session.is_some() { self.engine.io.config.timeout } else { 0.0 };
        self.engine.io.set_timer(TimerKind::Open, timeout);
        self.engine.state = State::Opening { attempt, reconnect };
    }

    /// The engine is no more, before or after its handshake; what follows is decided here. The payload at hand is the cause's detail.
    fn end(&mut self, reason: DisconnectReason, cause: Option<ErrorCode>) {
        let (opening, attempt, reconnect) = match self.engine.state {
            State::Opening { attempt, reconnect } => (true, attempt, reconnect),
            State::Open { since } => {
                if self.engine.io.now.since(since) >= self.engine.io.config.stable_after {
                    self.backoff.settle();
                }
                (false, 0, true)
            }
            State::Closed | State::Waiting => return,
        };
        // What a sleep has cost is found out soon after it.
        let now = self.engine.io.now;
        let woken = self.engine.session.as_ref().is_some_and(|session| session.begun() < self.woke)
            && now.since(self.woke) < self.engine.io.config.stable_after;
        let reason = if opening { DisconnectReason::TransportError } else { reason };
        // A server whose packets make no sense still hears that the session is over.
        if reason == DisconnectReason::ParseError {
            self.engine.leave();
        } else {
            self.engine.abort();
        }
        self.engine.state = State::Closed;
        self.engine.io.timers.clear(TimerKind::Open);
        self.assembly = None;
        self.prior_websocket &= !opening;
        let reconnect = reconnect && self.engine.io.config.reconnection;
        let retry_in = if reconnect { self.next_delay(woken) } else { None };
        let has_cause = cause.is_some();
        if let Some(code) = cause {
            let detail = self.engine.at_hand.take();
            self.engine.output(Output::Cause(Cause { code, detail }));
        }
        self.engine.output(Output::EngineClosed(reason));
        for socket in &mut self.sockets {
            if !opening {
                socket.lose_engine(reason, has_cause, &mut self.engine);
            } else if socket.state == SocketState::AwaitingEngine {
                self.engine.output(Output::ConnectError { socket: socket.id, cause: None, json: 0, retry_in });
            }
        }
        if opening {
            self.engine.output(Output::Error);
        } else {
            self.engine.output(Output::Closed(reason));
        }
        if reconnect {
            self.wait(retry_in);
        }
        if attempt > 0 {
            self.engine.output(Output::ReconnectError);
        }
    }

    /// The delay before the next attempt; `None` when all are used up.
    fn next_delay(&mut self, woken: bool) -> Option<Millis> {
        if f64::from(self.backoff.attempts()) >= self.engine.io.config.reconnection_attempts {
            return None;
        }
        let delay = self.backoff.next_delay(&self.engine.io.config, &mut self.rand);
        if woken {
            self.backoff.settle();
        }
        Some(if woken { 0.0 } else { delay })
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

    /// The network may be back, or the page runs again: the next attempt begins now, and delays start anew.
    fn wake(&mut self) {
        self.woke = self.engine.io.now;
        if matches!(self.engine.state, State::Waiting) {
            self.engine.io.timers.clear(TimerKind::Reconnect);
            self.backoff.settle();
            self.begin_attempt();
        }
    }

    fn lose_network(&mut self) {
        self.end(DisconnectReason::TransportClose, Some(ErrorCode::NetworkLost));
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
