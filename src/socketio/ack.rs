//! Acknowledgements that this side waits for.

use alloc::vec::Vec;

use super::packet::AckId;
use crate::time::Instant;

/// A number of the host's for whoever waits for an ack.
pub type AckToken = u32;

/// Who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiter {
    /// The app.
    App {
        /// The host's number for its handler.
        token: AckToken,
        /// Whether the handler can be told of a failure.
        wants_error: bool,
    },
    /// The head of the retry queue.
    Queue,
}

/// One ack that is awaited.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pending {
    /// Its id on the wire.
    pub id: AckId,
    /// Who waits for it.
    pub waiter: Waiter,
    deadline: Instant,
}

/// The acks that one socket awaits, by id.
///
/// Ids grow, so the list is sorted and the usual answer is for its first. One taken from the middle leaves a gap until those
/// before it are gone. `earliest` is a lower bound of the deadlines: an answered ack leaves it behind, and the wake-up
/// that finds nothing over sets it right.
#[derive(Debug)]
pub struct Acks {
    pending: Vec<Option<Pending>>,
    /// How many of `pending`, from the first on, are gaps.
    gone: usize,
    /// The id of the next ack; that of `pending[i]` is smaller by the length less `i`.
    next_id: AckId,
    earliest: Instant,
}

impl Acks {
    /// No ack is awaited.
    #[must_use]
    pub const fn new() -> Acks {
        Acks { pending: Vec::new(), gone: 0, next_id: 0, earliest: Instant::NEVER }
    }

    /// Awaits one more ack, and gives its id.
    pub fn register(&mut self, waiter: Waiter, deadline: Instant) -> AckId {
        let id = self.next_id;
        self.next_id += 1;
        self.pending.push(Some(Pending { id, waiter, deadline }));
        self.earliest = self.earliest.earlier(deadline);
        id
    }

    /// The server answered; `None` if nobody waits for this id.
    pub fn take(&mut self, id: AckId) -> Option<Waiter> {
        let first = self.next_id - self.pending.len() as u64;
        let index = id.checked_sub(first)?;
        let pending = self.pending.get_mut(usize::try_from(index).ok()?)?.take()?;
        self.close_gap();
        Some(pending.waiter)
    }

    /// Takes one ack whose deadline is over; `None` when none is (left).
    pub fn take_over(&mut self, now: Instant) -> Option<Pending> {
        if !self.earliest.is_over(now) {
            return None;
        }
        let over = self.take_first(|pending| pending.deadline.is_over(now));
        if over.is_none() {
            let deadlines = self.pending.iter().flatten().map(|pending| pending.deadline);
            self.earliest = deadlines.fold(Instant::NEVER, Instant::earlier);
        }
        over
    }

    /// No deadline is over before this instant.
    #[must_use]
    pub fn earliest(&self) -> Instant {
        if self.pending.is_empty() { Instant::NEVER } else { self.earliest }
    }

    /// Takes the first ack that is `wanted`.
    pub fn take_first(&mut self, wanted: impl Fn(&Pending) -> bool) -> Option<Pending> {
        let place = self.pending.iter_mut().find(|place| place.as_ref().is_some_and(&wanted))?;
        let pending = place.take();
        self.close_gap();
        pending
    }

    /// Forgets the gap at the front when it is half of the list: then moving the rest costs less than the acks did.
    fn close_gap(&mut self) {
        while let Some(None) = self.pending.get(self.gone) {
            self.gone += 1;
        }
        if self.gone * 2 >= self.pending.len() {
            // A move that cannot panic: the gaps go to the end, in order, and are cut off.
            let mut to = 0;
            for from in self.gone..self.pending.len() {
                if let Some(pending) = self.pending.get_mut(from).map(Option::take)
                    && let Some(place) = self.pending.get_mut(to)
                {
                    *place = pending;
                    to += 1;
                }
            }
            self.pending.truncate(to);
            self.gone = 0;
        }
    }
}

impl Default for Acks {
    fn default() -> Acks {
        Acks::new()
    }
}
