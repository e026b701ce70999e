//! The queue of option `retries`: one event in flight, sent again until it is acknowledged or its tries are used up.

use super::ack::AckToken;
use crate::payload::Content;
use crate::queue::Queue;
use crate::time::Millis;

/// An event that is sent until it is acknowledged.
#[derive(Debug)]
pub struct Queued<P> {
    /// The event.
    pub content: Content<P>,
    /// The app's ack handler, if it gave one.
    pub token: Option<AckToken>,
    /// How long each try waits for its ack.
    pub timeout: Millis,
    /// Whether the transport may compress it.
    pub compress: bool,
    tries: u32,
}

impl<P> Queued<P> {
    /// An event not yet sent.
    #[must_use]
    pub fn new(content: Content<P>, token: Option<AckToken>, timeout: Millis, compress: bool) -> Queued<P> {
        Queued { content, token, timeout, compress, tries: 0 }
    }
}

/// Events in the order of their emits; only the first is ever in flight.
#[derive(Debug)]
pub struct RetryQueue<P> {
    events: Queue<Queued<P>>,
    in_flight: bool,
}

impl<P> RetryQueue<P> {
    /// No event.
    #[must_use]
    pub fn new() -> RetryQueue<P> {
        RetryQueue { events: Queue::new(), in_flight: false }
    }

    /// Adds an event.
    pub fn push(&mut self, event: Queued<P>) {
        self.events.push(event);
    }

    /// The event to send now, if none is in flight. It counts as a try.
    pub fn begin(&mut self) -> Option<&Queued<P>> {
        if self.in_flight {
            return None;
        }
        let event = self.events.first_mut()?;
        event.tries = event.tries.saturating_add(1);
        self.in_flight = true;
        Some(event)
    }

    /// The event in flight was acknowledged.
    pub fn succeed(&mut self) -> Option<Queued<P>> {
        self.in_flight = false;
        self.events.pop()
    }

    /// The event in flight was not acknowledged: it is given up, and returned, when `retries` are used up.
    pub fn fail(&mut self, retries: u32) -> Option<Queued<P>> {
        self.in_flight = false;
        if self.events.first_mut()?.tries > retries { self.events.pop() } else { None }
    }
}

impl<P> Default for RetryQueue<P> {
    fn default() -> RetryQueue<P> {
        RetryQueue::new()
    }
}
