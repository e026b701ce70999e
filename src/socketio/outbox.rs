//! What the app emitted and is not done with: events that wait for the connection, for their ack, or for their turn.

use alloc::boxed::Box;

use super::packet::AckId;
use super::socket::EmitOptions;
use crate::payload::Content;
use crate::queue::Queue;
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

/// The events of one socket, in the order of their emits.
pub(super) type Outbox<P> = Queue<Emitted<P>>;

impl<P> Outbox<P> {
    /// No deadline is over before this instant.
    pub(super) fn earliest(&self) -> Instant {
        self.iter().fold(Instant::NEVER, |earliest, event| earliest.earlier(event.deadline).earlier(event.expires))
    }

    /// Takes the event in flight whose ack has this id, or the first one that is not in flight: what still waits to be sent has
    /// its id already, but no server can know it.
    pub(super) fn take_event(&mut self, id: Option<AckId>) -> Option<Box<Emitted<P>>> {
        self.take(|event| event.is_in_flight() == id.is_some() && (id.is_none() || event.id == id))
    }

    /// Bytes of what is kept to be sent.
    pub(super) fn byte_len(&self) -> usize {
        self.iter().map(|event| event.size).sum()
    }
}
