//! What a manager asks of its host, and tells the app.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::ops::Range;

use super::outbox::AckToken;
use super::packet::{AckId, Outgoing};
use super::socket::SocketId;
use crate::config::TransportKind;
use crate::engineio::{Command, TransportId, Transports};
use crate::error::{Cause, DisconnectReason};
use crate::payload::Content;
use crate::time::Millis;

/// A command to the host, or an event for the app, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Output<P> {
    /// A command to a transport.
    Transport(Command<Outgoing<P>>),
    /// Read the handshake's JSON, which starts at 1, and answer with `handle_handshake`.
    ReadHandshake {
        /// Where it came from.
        transport: TransportId,
        /// The frame.
        frame: P,
    },
    /// Read the JSON of the server's CONNECT, and answer with `handle_connect`.
    ReadConnect {
        /// Whose it is.
        socket: SocketId,
        /// The frame.
        frame: P,
        /// Where its JSON starts; the frame's length if there is none.
        json: usize,
    },
    /// A new engine begins on this transport.
    Engine(TransportKind),
    /// The engine is open; the frame is the OPEN packet, its JSON starts at 1.
    Handshake {
        /// Where it came from.
        transport: TransportId,
        /// The frame.
        frame: P,
    },
    /// The engine is over.
    EngineClosed(DisconnectReason),
    /// The server pinged.
    Ping,
    /// The transport being probed answered.
    Upgrading(TransportKind),
    /// The new transport took over.
    Upgraded(TransportKind),
    /// The upgrade failed, with what the host knows.
    UpgradeFailed(Option<P>),
    /// The failure that the following outputs share.
    Cause(Cause<P>),
    /// The manager is open.
    Opened,
    /// The manager is closed.
    Closed(DisconnectReason),
    /// The manager could not open; see the last `Cause`.
    Error,
    /// The next attempt begins after a delay.
    Waiting {
        /// Which one: 1 is the first.
        attempt: u32,
        /// How long it waits.
        delay: Millis,
    },
    /// An attempt is to begin: answer with `handle_attempt`.
    ReconnectAttempt(u32),
    /// An attempt succeeded.
    Reconnected(u32),
    /// An attempt failed; see the last `Cause`.
    ReconnectError,
    /// No further attempt is made.
    ReconnectFailed,
    /// Answer with `authorize` or `fail_auth`, naming the attempt.
    AuthWanted {
        /// Whose CONNECT waits.
        socket: SocketId,
        /// Which of its CONNECTs.
        attempt: u32,
    },
    /// The namespace is joined: `id` and state, before any of its events.
    Connected {
        /// Which socket.
        socket: SocketId,
        /// The CONNECT packet.
        frame: P,
        /// Where its JSON starts.
        json: usize,
        /// Whether the server recovered the state of the last connection.
        recovered: bool,
    },
    /// Tell the app that the socket is connected, after what was buffered.
    Connect(SocketId),
    /// The namespace could not be joined.
    ConnectError {
        /// Which socket.
        socket: SocketId,
        /// Why; `None`: the last `Cause`.
        cause: Option<Cause<P>>,
        /// Where the JSON starts in a refusal's frame.
        json: usize,
        /// When the next attempt begins by itself, if one does.
        retry_in: Option<Millis>,
    },
    /// The socket is disconnected.
    Disconnected {
        /// Which socket.
        socket: SocketId,
        /// Why.
        reason: DisconnectReason,
        /// Whether the last `Cause` belongs to it.
        has_cause: bool,
    },
    /// An event for the app.
    Event {
        /// Which socket's.
        socket: SocketId,
        /// The frame and its attachments.
        content: Content<P>,
        /// Where the JSON starts.
        json: usize,
        /// The id to acknowledge, if the server asks for it.
        ack: Option<AckId>,
    },
    /// The server acknowledged.
    Ack {
        /// Which socket's.
        socket: SocketId,
        /// Who waits.
        token: AckToken,
        /// The frame and its attachments.
        content: Content<P>,
        /// Where the JSON starts.
        json: usize,
    },
    /// An event or an ack of the app's is not sent, now or ever; the app is to be told, and so is whoever waits for its ack.
    Dropped {
        /// Which socket's.
        socket: SocketId,
        /// Who waits for its ack.
        token: Option<AckToken>,
        /// Its JSON.
        content: P,
        /// Why.
        reason: DropReason,
        /// Bytes of its text or, if that is what was too large, of an attachment.
        size: usize,
    },
    /// The server did not acknowledge.
    AckFailed {
        /// Which socket's.
        socket: SocketId,
        /// Who waits.
        token: AckToken,
        /// Why not.
        failure: AckFailure,
    },
}

/// Why an ack will not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum AckFailure {
    /// Its time is over.
    TimedOut = 0,
    /// The socket was disconnected.
    Disconnected = 1,
    /// The handler cannot be told, or the event was dropped: it is forgotten.
    Dropped = 2,
}

/// Why something is not sent. The numbers are those of js/core/errors.ts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum DropReason {
    /// The server would not take it: it is larger than the handshake's `maxPayload`.
    TooLarge = 11,
    /// It waited for longer than its time to live.
    Expired = 13,
    /// The buffer has no room for it.
    BufferFull = 15,
    /// As `TooLarge`, of an ack.
    AckTooLarge = 27,
}

/// Who carries a manager's commands out and hears its news, in order.
///
/// It is called from inside the manager: whatever it makes of an output, it cannot call back in. [`Outputs`] keeps them until
/// they are polled.
pub trait Host<P>: Transports<Outgoing<P>> {
    /// Hears anything but a command to a transport.
    fn tell(&mut self, output: Output<P>);

    /// The app made this socket leave: what it was not told of it yet, it is not to be told.
    fn forget(&mut self, socket: SocketId);

    /// The socket that has this part of `frame` as its namespace. `header`: the code units that the frame was handed in with.
    fn find(&self, frame: &P, header: &[u16], namespace: Range<usize>) -> Option<SocketId>;
}

/// A host that keeps everything until it is polled.
#[derive(Debug)]
pub struct Outputs<P> {
    /// Boxed: a long queue that was is not to keep much.
    pub(super) queue: VecDeque<Box<Output<P>>>,
    pub(super) namespaces: Vec<Box<[u16]>>,
}

impl<P> Outputs<P> {
    /// Nothing was told yet, and there is no socket.
    #[must_use]
    pub const fn new() -> Outputs<P> {
        Outputs { queue: VecDeque::new(), namespaces: Vec::new() }
    }

    /// The socket of a namespace, if there is one.
    pub(super) fn socket(&self, namespace: &[u16]) -> Option<SocketId> {
        Some(SocketId(self.namespaces.iter().position(|known| **known == *namespace)? as u32))
    }
}

impl<P> Default for Outputs<P> {
    fn default() -> Outputs<P> {
        Outputs::new()
    }
}

impl<P> Transports<Outgoing<P>> for Outputs<P> {
    fn command(&mut self, command: Command<Outgoing<P>>) {
        self.queue.push_back(Box::new(Output::Transport(command)));
    }
}

impl<P> Host<P> for Outputs<P> {
    fn tell(&mut self, output: Output<P>) {
        self.queue.push_back(Box::new(output));
    }

    fn forget(&mut self, socket: SocketId) {
        self.queue.retain(|output| {
            !matches!(&**output, Output::Event { socket: whose, .. } | Output::Connect(whose) if *whose == socket)
        });
    }

    fn find(&self, _: &P, header: &[u16], namespace: Range<usize>) -> Option<SocketId> {
        self.socket(header.get(namespace)?)
    }
}
