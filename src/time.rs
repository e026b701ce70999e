//! Told time: the core reads no clock, every input says when it happens.

/// A length of time in milliseconds. `f64::INFINITY` means "never" or "no limit".
pub type Millis = f64;

/// A point in time, in milliseconds since a moment of the host's choice.
///
/// The host promises that instants never go backwards and that they count the time a machine sleeps,
/// so that a heartbeat that expired during sleep is seen on wake-up.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Instant(pub f64);

impl Instant {
    /// Later than every other instant: a deadline that is not set.
    pub const NEVER: Instant = Instant(f64::INFINITY);

    /// The instant `millis` after this one.
    #[must_use]
    pub fn after(self, millis: Millis) -> Instant {
        Instant(self.0 + millis)
    }

    /// Milliseconds from `earlier` to this instant; negative when this one is the earlier.
    #[must_use]
    pub fn since(self, earlier: Instant) -> Millis {
        self.0 - earlier.0
    }

    /// Whether a deadline at this instant is over at `now`.
    #[must_use]
    pub fn is_over(self, now: Instant) -> bool {
        self.0 <= now.0
    }

    /// The earlier of the two.
    #[must_use]
    pub fn earlier(self, other: Instant) -> Instant {
        if other.0 < self.0 { other } else { self }
    }
}
