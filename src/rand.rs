//! Seeded jitter: the core draws no random number of its own.

/// A small pseudo-random generator (SplitMix64), good for jitter and nothing secret.
#[derive(Clone, Debug)]
pub struct Rand(u64);

impl Rand {
    /// A generator that repeats the same numbers for the same seed.
    #[must_use]
    pub fn new(seed: u64) -> Rand {
        Rand(seed)
    }

    /// The next number in `[0, 1)`.
    pub fn next_unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        (z >> 11) as f64 / (1u64 << 53) as f64
    }
}
