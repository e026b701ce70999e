//! The manager's side of the engine: the one session in use, sessions that say goodbye, timers and output.

use alloc::vec::Vec;

use super::output::Output;
use super::packet::Outgoing;
use crate::config::ManagerConfig;
use crate::engineio::{Io, Packet, Session, TransportId};
use crate::payload::Payload;
use crate::time::{Instant, Millis};
use crate::timer::TimerKind;

/// What sockets share. Split off the manager so that a socket can be changed while it sends.
#[derive(Debug)]
pub(super) struct Engine<P> {
    pub(super) state: State<P>,
    leaving: Vec<Leaving<P>>,
    pub(super) io: Io<Output<P>>,
}

/// A session that says goodbye, and until when.
#[derive(Debug)]
pub(super) struct Leaving<P> {
    session: Session<Outgoing<P>>,
    deadline: Instant,
}

/// A session and what it works with, borrowed side by side.
pub(super) type InUse<'a, P> = (&'a mut Session<Outgoing<P>>, &'a mut Io<Output<P>>);

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
        Engine { state: State::Closed, leaving: Vec::new(), io: Io::new(config) }
    }

    pub(super) fn output(&mut self, output: Output<P>) {
        self.io.output(output);
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
    pub(super) fn current(&mut self) -> Option<InUse<'_, P>> {
        let session = match &mut self.state {
            State::Open { session, .. } => session,
            State::Opening { session, .. } => session.as_mut()?,
            State::Closed | State::Waiting => return None,
        };
        Some((session, &mut self.io))
    }

    /// The session, in use or leaving, that `transport` belongs to.
    pub(super) fn owner(&mut self, transport: TransportId) -> Option<InUse<'_, P>> {
        let session = match &mut self.state {
            State::Open { session, .. } | State::Opening { session: Some(session), .. } if session.owns(transport) => {
                session
            }
            State::Open { .. } | State::Opening { .. } | State::Closed | State::Waiting => {
                &mut self.leaving.iter_mut().find(|leaving| leaving.session.owns(transport))?.session
            }
        };
        Some((session, &mut self.io))
    }

    /// Sends a packet and its attachments, back to back.
    pub(super) fn send(&mut self, packet: Outgoing<P>, attachments: Vec<P>) {
        let Some((session, io)) = self.current() else {
            return;
        };
        let (socket, compress) = (packet.socket, packet.compress);
        session.send(Packet::Message(packet), io);
        for attachment in attachments {
            session.send(Packet::Message(Outgoing::attachment(socket, attachment, compress)), io);
        }
    }

    /// Lets the session in use say goodbye on its own; false if there is none.
    pub(super) fn leave(&mut self) -> bool {
        let Some((session, io)) = self.current() else {
            return false;
        };
        session.close(io);
        let state = core::mem::replace(&mut self.state, State::Closed);
        if let State::Open { session, .. } | State::Opening { session: Some(session), .. } = state
            && !session.is_closed()
        {
            let deadline = self.io.now.after(GOODBYE);
            self.leaving.push(Leaving { session, deadline });
            self.io.timers.set_earlier(TimerKind::Leaving, deadline);
        }
        true
    }

    /// Gives up the session in use.
    pub(super) fn abort(&mut self) {
        if let Some((session, io)) = self.current() {
            session.abort(io);
        }
    }

    /// Forgets the sessions whose goodbye is over.
    pub(super) fn forget_left(&mut self) {
        self.leaving.retain(|leaving| !leaving.session.is_closed());
        if self.leaving.is_empty() {
            self.io.timers.clear(TimerKind::Leaving);
        }
    }

    /// Gives up the sessions whose goodbye takes too long.
    pub(super) fn abort_leaving(&mut self) {
        for Leaving { session, deadline } in &mut self.leaving {
            if deadline.is_over(self.io.now) {
                session.abort(&mut self.io);
            } else if !session.is_closed() {
                self.io.timers.set_earlier(TimerKind::Leaving, *deadline);
            }
        }
    }
}

/// How long a goodbye over polling may take.
const GOODBYE: Millis = 5_000.0;
