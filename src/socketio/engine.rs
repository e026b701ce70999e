//! The manager's side of the engine: the one session in use, sessions that say goodbye, timers and output.

use alloc::vec::Vec;

use super::output::Output;
use super::packet::Outgoing;
use crate::config::ManagerConfig;
use crate::engineio::{Cx, Packet, Session, TransportId};
use crate::payload::Payload;
use crate::queue::Queue;
use crate::time::{Instant, Millis};
use crate::timer::{TimerKind, Timers};

/// What sockets share. Split off the manager so that a socket can be changed while it sends.
#[derive(Debug)]
pub(super) struct Engine<P> {
    pub(super) config: ManagerConfig,
    pub(super) state: State<P>,
    pub(super) leaving: Vec<Session<Outgoing<P>>>,
    pub(super) outputs: Queue<Output<P>>,
    pub(super) timers: Timers,
    last_transport: u32,
}

/// A session and what its inputs take, borrowed side by side.
pub(super) type InUse<'a, P> = (&'a mut Session<Outgoing<P>>, Cx<'a, Output<P>>);

/// The manager's states; its transitions stand in `lifetime.rs`.
#[derive(Debug)]
pub(super) enum State<P> {
    Closed,
    Opening {
        /// `None`: there is no transport to try.
        session: Option<Session<Outgoing<P>>>,
        /// 0: the first connection; n: the n-th attempt to reconnect.
        attempt: u32,
        /// Whether a failure begins reconnection.
        reconnect: bool,
    },
    Open {
        session: Session<Outgoing<P>>,
        since: Instant,
    },
    Waiting,
}

impl<P: Payload> Engine<P> {
    pub(super) fn new(config: ManagerConfig) -> Engine<P> {
        Engine {
            config,
            state: State::Closed,
            leaving: Vec::new(),
            outputs: Queue::new(),
            timers: Timers::new(),
            last_transport: 0,
        }
    }

    pub(super) fn output(&mut self, output: Output<P>) {
        self.outputs.push(output);
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, State::Open { .. })
    }

    pub(super) fn session(&self) -> Option<&Session<Outgoing<P>>> {
        match &self.state {
            State::Open { session, .. } => Some(session),
            State::Opening { session, .. } => session.as_ref(),
            State::Closed | State::Waiting => None,
        }
    }

    /// The session in use.
    pub(super) fn current(&mut self, now: Instant) -> Option<InUse<'_, P>> {
        let session = match &mut self.state {
            State::Open { session, .. } => session,
            State::Opening { session, .. } => session.as_mut()?,
            State::Closed | State::Waiting => return None,
        };
        let cx = Cx {
            now,
            config: &self.config.engine,
            outputs: &mut self.outputs,
            timers: &mut self.timers,
            last_transport: &mut self.last_transport,
        };
        Some((session, cx))
    }

    /// The session, in use or leaving, that `transport` belongs to.
    pub(super) fn owner(&mut self, transport: TransportId, now: Instant) -> Option<InUse<'_, P>> {
        let session = match &mut self.state {
            State::Open { session, .. } | State::Opening { session: Some(session), .. } if session.owns(transport) => {
                session
            }
            State::Open { .. } | State::Opening { .. } | State::Closed | State::Waiting => {
                self.leaving.iter_mut().find(|session| session.owns(transport))?
            }
        };
        let cx = Cx {
            now,
            config: &self.config.engine,
            outputs: &mut self.outputs,
            timers: &mut self.timers,
            last_transport: &mut self.last_transport,
        };
        Some((session, cx))
    }

    /// What a session that is not here yet takes.
    pub(super) fn cx(&mut self, now: Instant) -> Cx<'_, Output<P>> {
        Cx {
            now,
            config: &self.config.engine,
            outputs: &mut self.outputs,
            timers: &mut self.timers,
            last_transport: &mut self.last_transport,
        }
    }

    /// Sends a packet and its attachments, back to back.
    pub(super) fn send(&mut self, packet: Outgoing<P>, attachments: Vec<P>, now: Instant) {
        let Some((session, mut cx)) = self.current(now) else {
            return;
        };
        let (socket, compress) = (packet.socket, packet.compress);
        session.send(Packet::Message(packet), &mut cx);
        for attachment in attachments {
            session.send(Packet::Message(Outgoing::attachment(socket, attachment, compress)), &mut cx);
        }
    }

    /// Lets the session in use say goodbye on its own.
    pub(super) fn leave(&mut self, now: Instant) {
        let Some((session, mut cx)) = self.current(now) else {
            return;
        };
        session.close(&mut cx);
        let state = core::mem::replace(&mut self.state, State::Closed);
        if let State::Open { session, .. } | State::Opening { session: Some(session), .. } = state
            && !session.is_closed()
        {
            self.leaving.push(session);
            self.timers.set(TimerKind::Leaving, now.after(GOODBYE));
        }
    }

    /// Gives up the session in use.
    pub(super) fn abort(&mut self, now: Instant) {
        if let Some((session, mut cx)) = self.current(now) {
            session.abort(&mut cx);
        }
    }

    /// Gives up the sessions whose goodbye takes too long.
    pub(super) fn abort_leaving(&mut self, now: Instant) {
        for mut session in core::mem::take(&mut self.leaving) {
            session.abort(&mut self.cx(now));
        }
    }
}

/// How long a goodbye over polling may take.
const GOODBYE: Millis = 5_000.0;
