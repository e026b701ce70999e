//! What a session asks of its host, and what it needs at each input.

use super::packet::Packet;
use crate::config::{ManagerConfig, TransportKind};
use crate::time::{Instant, Millis};
use crate::timer::{TimerKind, Timers};

/// One transport of one manager. Never used twice: what arrives for a closed one is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransportId(pub u32);

/// A command to the host's transports.
#[derive(Clone, Debug, PartialEq)]
pub enum Command<M> {
    /// Make a transport. Polling waits for `Poll`; the others connect at once.
    Open {
        /// Its id from now on.
        transport: TransportId,
        /// Of what kind it is.
        kind: TransportKind,
        /// Whether its URL names the session (an upgrade).
        with_sid: bool,
    },
    /// Send a packet; with polling: append it to the body that the next `Flush` posts.
    Send {
        /// Where to.
        transport: TransportId,
        /// What.
        packet: Packet<M>,
        /// A separator goes first: the body has packets already.
        follows: bool,
        /// An attachment goes as base64.
        base64: bool,
    },
    /// POST the body.
    Flush(TransportId),
    /// GET.
    Poll(TransportId),
    /// Close or abort the transport and forget it.
    Close(TransportId),
    /// Call back at the end of the current turn, so that packets of one turn share a body.
    Defer,
}

/// Who carries the commands out.
pub trait Transports<M> {
    /// Takes the next command; to be carried out in order.
    fn command(&mut self, command: Command<M>);

    /// Takes [`Command::Send`]. A method of its own: a host that makes nothing of a command as a value then has no code to look
    /// which one it is.
    fn send(&mut self, transport: TransportId, packet: Packet<M>, follows: bool, base64: bool) {
        self.command(Command::Send { transport, packet, follows, base64 });
    }
}

/// What a session works with at every input: the time, its configuration, and its host. One per manager.
#[derive(Debug)]
pub struct Io<T> {
    /// When the current input happened.
    pub now: Instant,
    /// How session and manager behave.
    pub config: ManagerConfig,
    /// Who carries commands out, and tells the app.
    pub host: T,
    /// The manager's timers.
    pub timers: Timers,
    last_transport: u32,
}

impl<T> Io<T> {
    /// Nothing was asked for yet.
    #[must_use]
    pub const fn new(config: ManagerConfig, host: T) -> Io<T> {
        Io { now: Instant(0.0), config, host, timers: Timers::new(), last_transport: 0 }
    }

    /// Sets a deadline, from now on.
    pub fn set_timer(&mut self, kind: TimerKind, after: Millis) {
        self.timers.set(kind, self.now.after(after));
    }

    /// Asks for something of a transport.
    pub fn command<M>(&mut self, command: Command<M>)
    where
        T: Transports<M>,
    {
        self.host.command(command);
    }

    /// Asks for a new transport.
    pub fn open_transport<M>(&mut self, kind: TransportKind, with_sid: bool) -> TransportId
    where
        T: Transports<M>,
    {
        self.last_transport = self.last_transport.wrapping_add(1);
        let transport = TransportId(self.last_transport);
        self.command(Command::Open { transport, kind, with_sid });
        transport
    }
}
