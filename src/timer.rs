//! The one timer table of a manager: what it waits for, and until when.

use crate::time::Instant;

/// What a deadline is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimerKind {
    /// The engine must be open (option `timeout`).
    Open,
    /// The server's next ping must have come (`pingInterval` + `pingTimeout`).
    Ping,
    /// An upgrade that waited for the namespaces starts now.
    UpgradeStart,
    /// The upgrade must have made its next step.
    Upgrade,
    /// The next attempt to reconnect starts.
    Reconnect,
    /// Some socket's deadline (namespace, ack) may be over. A lower bound: see [`Timers::set_earlier`].
    Sockets,
    /// A session that says goodbye must be gone.
    Leaving,
}

const KINDS: [TimerKind; 7] = [
    TimerKind::Open,
    TimerKind::Ping,
    TimerKind::UpgradeStart,
    TimerKind::Upgrade,
    TimerKind::Reconnect,
    TimerKind::Sockets,
    TimerKind::Leaving,
];

/// Deadlines by kind; at most one of each.
#[derive(Clone, Debug)]
pub struct Timers {
    at: [Instant; KINDS.len()],
}

impl Timers {
    /// A table in which nothing is set.
    #[must_use]
    pub const fn new() -> Timers {
        Timers { at: [Instant::NEVER; KINDS.len()] }
    }

    /// Sets or moves a deadline.
    pub fn set(&mut self, kind: TimerKind, at: Instant) {
        if let Some(slot) = self.at.get_mut(kind as usize) {
            *slot = at;
        }
    }

    /// Moves a deadline forward only. Many small deadlines share [`TimerKind::Sockets`] this way: it is a lower
    /// bound of them all, and a wake-up that finds nothing over sets it anew. So forgetting one costs nothing.
    pub fn set_earlier(&mut self, kind: TimerKind, at: Instant) {
        self.set(kind, self.get(kind).earlier(at));
    }

    /// Forgets a deadline.
    pub fn clear(&mut self, kind: TimerKind) {
        self.set(kind, Instant::NEVER);
    }

    /// When `kind` is due; [`Instant::NEVER`] if it is not set.
    #[must_use]
    pub fn get(&self, kind: TimerKind) -> Instant {
        self.at.get(kind as usize).copied().unwrap_or(Instant::NEVER)
    }

    /// The earliest deadline of all.
    #[must_use]
    pub fn next(&self) -> Instant {
        self.earliest().1
    }

    /// Which deadline is the earliest.
    #[must_use]
    pub fn next_kind(&self) -> Option<TimerKind> {
        self.earliest().0
    }

    /// Takes one deadline that is over at `now`, the earliest first.
    pub fn take_over(&mut self, now: Instant) -> Option<TimerKind> {
        let (kind, at) = self.earliest();
        let kind = kind.filter(|_| at.is_over(now))?;
        self.clear(kind);
        Some(kind)
    }

    fn earliest(&self) -> (Option<TimerKind>, Instant) {
        let mut earliest = (None, Instant::NEVER);
        for (kind, at) in KINDS.iter().zip(&self.at) {
            if *at < earliest.1 {
                earliest = (Some(*kind), *at);
            }
        }
        earliest
    }
}

impl Default for Timers {
    fn default() -> Timers {
        Timers::new()
    }
}
