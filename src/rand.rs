//! Seeded jitter: the core draws no random number of its own.

/// A small pseudo-random generator (a linear congruential one, of which the high bits are used), good for jitter and nothing
/// secret.
#[derive(Clone, Debug)]
pub struct Rand(u64);

impl Rand {
    /// A generator that repeats the same numbers for the same seed.
    #[must_use]
    pub const fn new(seed: u64) -> Rand {
        Rand(seed)
    }

    /// The next number in `[0, 1)`.
    pub fn next_unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as f64 / (1u64 << 32) as f64
    }
}
