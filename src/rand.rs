//! Seeded jitter: the core draws no random number of its own.

/// A small pseudo-random generator (a linear congruential one, of which the high bits are used), good for jitter and nothing
/// secret.
#[derive(Clone, Debug)]
pub struct Rand(u32);

impl Rand {
    /// A generator that repeats the same numbers for the same seed.
    #[must_use]
    pub const fn new(seed: u32) -> Rand {
        Rand(seed)
    }

    /// The next number in `[0, 1)`.
    pub fn next_unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(self.0 >> 8) / f64::from(1 << 24)
    }
}
