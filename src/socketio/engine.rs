//! The manager's side of the engine: the session in use, the one before that says goodbye, timers and output.

use alloc::boxed::Box;

use super::output::{Host, Output};
use super::packet::Outgoing;
use crate::config::ManagerConfig;
use crate::engineio::{Io, Packet, Session, TransportId};
use crate::payload::Payload;
use crate::time::Instant;
use crate::timer::TimerKind;

/// What sockets share. Split off the manager so that a socket can be changed while it sends.
#[derive(Debug)]
pub(super) struct Engine<P, H> {
    pub(super) state: State,
    /// The session in use: there is one while `Open`, and while `Opening` unless there is no transport to try.
    pub(super) session: Option<Box<Session<Outgoing<P>>>>,
    /// The session before, while it says goodbye.
    leaving: Option<Box<Session<Outgoing<P>>>>,
    /// What the present input brought, until it is passed on or kept.
    pub(super) at_hand: Option<P>,
    pub(super) io: Io<H>,
}

/// A session and what it works with, borrowed side by side.
pub(super) type InUse<'a, P, H> = (&'a mut Session<Outgoing<P>>, &'a mut Io<H>);

/// The manager's states; its transitions stand in `lifetime.rs`.
#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    Closed,
    Opening {
        /// 0: the first connection; n: the n-th attempt to reconnect.
        attempt: u32,
        /// Whether a failure begins reconnection.
        reconnect: bool,
    },
    Open {
        since: Instant,
    },
    Waiting,
}

impl<P, H> Engine<P, H> {
    pub(super) const fn new(config: ManagerConfig, host: H) -> Engine<P, H> {
        Engine { state: State::Closed, session: None, leaving: None, at_hand: None, io: Io::new(config, host) }
    }
}

impl<P: Payload, H: Host<P>> Engine<P, H> {
    pub(super) fn output(&mut self, output: Output<P>) {
        self.io.host.tell(output);
    }

    /// Tells what `make` makes of the payload at hand.
    pub(super) fn pass(&mut self, make: impl FnOnce(P) -> Output<P>) {
        if let Some(payload) = self.at_hand.take() {
            self.output(make(payload));
        }
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, State::Open { .. })
    }

    /// The session in use.
    pub(super) fn current(&mut self) -> Option<InUse<'_, P, H>> {
        Some((self.session.as_mut()?, &mut self.io))
    }

    /// The session, in use or leaving, that `transport` belongs to.
    pub(super) fn owner(&mut self, transport: TransportId) -> Option<InUse<'_, P, H>> {
        let mut sessions = [self.session.as_deref_mut(), self.leaving.as_deref_mut()].into_iter().flatten();
        Some((sessions.find(|session| session.owns(transport))?, &mut self.io))
    }

    /// Sends a packet and its attachments, back to back.
    pub(super) fn send(&mut self, packet: Outgoing<P>) {
        let Some((session, io)) = self.current() else {
            return;
        };
        let (socket, compress, attachments) = (packet.socket, packet.compress, packet.attachments);
        let content = if attachments > 0 { packet.content.clone() } else { None };
        session.send(Packet::Message(packet), io);
        if let Some(content) = content {
            for index in 0..attachments {
                let attachment = Outgoing::attachment(socket, content.attachment(index), compress);
                session.send(Packet::Message(attachment), io);
            }
        }
    }

    /// Lets the session in use say goodbye on its own; false if there is none.
    pub(super) fn leave(&mut self) -> bool {
        let Some(mut session) = self.session.take() else {
            return false;
        };
        session.close(&mut self.io);
        if let Some(mut before) = self.leaving.replace(session) {
            before.abort(&mut self.io);
        }
        self.forget_left();
        true
    }

    /// Gives up the session in use.
    pub(super) fn abort(&mut self) {
        if let Some(mut session) = self.session.take() {
            session.abort(&mut self.io);
        }
    }

    /// Gives up the session whose goodbye takes too long; forgets it when it is gone.
    pub(super) fn forget_left(&mut self) {
        let Some(session) = &mut self.leaving else {
            return;
        };
        if session.gone_by().is_over(self.io.now) {
            session.abort(&mut self.io);
        }
        self.io.timers.set(TimerKind::Leaving, session.gone_by());
        if session.is_closed() {
            self.leaving = None;
        }
    }
}
