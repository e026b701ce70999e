//! How long to wait before the next attempt to reconnect.

use crate::config::ManagerConfig;
use crate::rand::Rand;
use crate::time::Millis;

/// Delays that double up to a limit, with jitter at every step.
#[derive(Clone, Debug, Default)]
pub struct Backoff {
    /// Attempts since the last success, as the app is told.
    attempts: u32,
    /// Doublings: outlives a success that did not last.
    exponent: u32,
}

impl Backoff {
    /// No attempt was made.
    #[must_use]
    pub const fn new() -> Backoff {
        Backoff { attempts: 0, exponent: 0 }
    }

    /// How many attempts were begun since the last reset.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The delay before the next attempt, drawn between `(1 - factor)` and `(1 + factor)` of the doubled delay, never above the
    /// maximum. At the maximum the lower half of that range remains, so clients stay spread.
    pub fn next_delay(&mut self, config: &ManagerConfig, rand: &mut Rand) -> Millis {
        let max = config.reconnection_delay_max;
        // f64 does not overflow before 2^1023, and beyond 2^64 every delay is at its maximum.
        let raw = (config.reconnection_delay * (1u64 << self.exponent.min(62)) as f64).min(max);
        let spread = raw * config.randomization_factor.min(1.0);
        let low = raw - spread;
        let high = (raw + spread).min(max);
        self.attempts = self.attempts.saturating_add(1);
        self.exponent = self.exponent.saturating_add(1);
        (low + rand.next_unit() * (high - low)).max(0.0)
    }

    /// The connection is there: the app's count starts anew. The delays do so only with [`Backoff::settle`].
    pub fn succeed(&mut self) {
        self.attempts = 0;
    }

    /// The connection lasted, or the network came back: the delays start anew.
    pub fn settle(&mut self) {
        self.exponent = 0;
    }

    /// Everything starts anew.
    pub fn reset(&mut self) {
        *self = Backoff::new();
    }
}
