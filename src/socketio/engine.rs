//! The manager's side of the engine: the one session in use, sessions that say goodbye, timers and output.

use alloc::boxed::Box;
use alloc::vec::Vec;

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
    /// Sessions that say goodbye.
    leaving: Vec<Box<Session<Outgoing<P>>>>,
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
        Engine { state: State::Closed, session: None, leaving: Vec::new(), io: Io::new(config, host) }
    }
}

impl<P: Payload, H: Host<P>> Engine<P, H> {
    pub(super) fn output(&mut self, output: Output<P>) {
        self.io.host.tell(output);
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
        let current = self.session.as_deref_mut();
        let session = current
            .into_iter()
            .chain(self.leaving.iter_mut().map(|session| &mut **session))
            .find(|session| session.owns(transport))?;
        Some((session, &mut self.io))
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
        self.leaving.push(session);
        self.forget_left();
        true
    }

    /// Gives up the session in use.
    pub(super) fn abort(&mut self) {
        if let Some(mut session) = self.session.take() {
            session.abort(&mut self.io);
        }
    }

    /// Gives up the sessions whose goodbye takes too long; when all are gone, forgets them.
    pub(super) fn forget_left(&mut self) {
        self.io.timers.clear(TimerKind::Leaving);
        let mut gone = true;
        for session in &mut self.leaving {
            if session.gone_by().is_over(self.io.now) {
                session.abort(&mut self.io);
            }
            self.io.timers.set_earlier(TimerKind::Leaving, session.gone_by());
            gone &= session.is_closed();
        }
        if gone {
            self.leaving = Vec::new();
        }
    }
}
