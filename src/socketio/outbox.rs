//! What the app emitted and is not done with: events that wait for the connection, for their ack, or for their turn.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::packet::AckId;
use super::socket::EmitOptions;
use crate::payload::Content;
use crate::time::Instant;

/// A number of the host's for whoever waits for an ack.
pub type AckToken = u32;

/// One event of the app's.
#[derive(Debug)]
pub(super) struct Emitted<P> {
    /// What is still to be sent; with `retries`: what may have to be sent again.
    pub(super) content: Option<Content<P>>,
    /// How it was emitted; its `timeout` is what holds for each try.
    pub(super) options: EmitOptions,
    /// The id that its ack will carry.
    pub(super) id: Option<AckId>,
    /// When its ack must have come.
    pub(super) deadline: Instant,
    /// Until when it may wait to be sent.
    pub(super) expires: Instant,
    /// With option `retries`, how often it was sent; such events are sent one at a time, each until it is acknowledged.
    pub(super) tries: Option<u32>,
    /// Bytes of its content, while it is kept.
    pub(super) size: usize,
}

impl<P> Emitted<P> {
    /// An event that nobody has looked at yet.
    pub(super) fn new(content: Content<P>, options: EmitOptions) -> Emitted<P> {
        let (deadline, expires) = (Instant::NEVER, Instant::NEVER);
        Emitted { content: Some(content), options, id: None, deadline, expires, tries: None, size: 0 }
    }

    /// Whether it only waits for the connection.
    pub(super) fn is_buffered(&self) -> bool {
        self.tries.is_none() && self.content.is_some()
    }

    /// Whether anything is left to do for it.
    pub(super) fn is_alive(&self) -> bool {
        self.tries.is_some() || self.id.is_some() || self.content.is_some()
    }

    /// Whether it has been sent and its ack is awaited.
    pub(super) fn is_in_flight(&self) -> bool {
        self.id.is_some() && !self.is_buffered()
    }
}

/// The events of one socket, in the order of their emits. Boxed: every list moves pointers, by the same code.
#[allow(clippy::vec_box)]
pub(super) type Outbox<P> = Vec<Box<Emitted<P>>>;

/// No deadline is over before this instant.
pub(super) fn earliest<P>(outbox: &Outbox<P>) -> Instant {
    outbox.iter().fold(Instant::NEVER, |earliest, event| earliest.earlier(event.deadline).earlier(event.expires))
}

/// Takes the event in flight whose ack has this id, or the first one that is not in flight.
pub(super) fn take_event<P>(outbox: &mut Outbox<P>, id: Option<AckId>) -> Option<Box<Emitted<P>>> {
    // What still waits to be sent may have its id already, but no server can know it.
    let wanted = |event: &Emitted<P>| event.is_in_flight() == id.is_some() && (id.is_none() || event.id == id);
    let at = outbox.iter().position(|event| wanted(event))?;
    Some(outbox.remove(at))
}

/// Bytes of what is kept to be sent.
pub(super) fn byte_len<P>(outbox: &Outbox<P>) -> usize {
    outbox.iter().map(|event| event.size).sum()
}
