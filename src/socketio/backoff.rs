//! How long to wait before the next attempt to reconnect.

use crate::config::ManagerConfig;
use crate::rand::Rand;
use crate::time::Millis;

/// Delays that double up to a limit, with jitter at every step.
#[derive(Clone, Debug)]
pub struct Backoff {
    /// Attempts since the last success, as the app is told.
    attempts: u32,
    /// What the delay is doubled to: outlives a success that did not last.
    scale: f64,
}

impl Backoff {
    /// No attempt was made.
    #[must_use]
    pub const fn new() -> Backoff {
        Backoff { attempts: 0, scale: 1.0 }
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
        let raw = lesser(config.reconnection_delay * self.scale, max);
        let spread = raw * lesser(config.randomization_factor, 1.0);
        let low = raw - spread;
        let high = lesser(raw + spread, max);
        self.attempts += 1;
        // Beyond 2^40 every delay is at its maximum.
        self.scale = lesser(self.scale * 2.0, MAX_SCALE);
        let delay = low + rand.next_unit() * (high - low);
        // Options may be no numbers, or below 0.
        if delay > 0.0 { delay } else { 0.0 }
    }

    /// The connection is there: the app's count starts anew. The delays do so only with [`Backoff::settle`].
    pub fn succeed(&mut self) {
        self.attempts = 0;
    }

    /// The connection lasted, or the network came back: the delays start anew.
    pub fn settle(&mut self) {
        self.scale = 1.0;
    }

    /// Everything starts anew.
    pub fn reset(&mut self) {
        *self = Backoff::new();
    }
}

impl Default for Backoff {
    fn default() -> Backoff {
        Backoff::new()
    }
}

/// The lesser of two numbers. (`f64::min` also looks for what is no number: 40 bytes of code each time.)
fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

const MAX_SCALE: f64 = 1_099_511_627_776.0;
