//! The fuzzer's bytes, read as numbers and choices. One byte makes one choice, so that a mutation of a byte changes one thing.

use std::ops::Range;

/// A cursor over the bytes; behind the end all are 0.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Input<'a> {
    /// All bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Input<'a> {
        Input { bytes, at: 0, end: bytes.len() }
    }

    /// The same bytes, but only these.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Input<'a> {
        Input { bytes: self.bytes, at: range.start, end: range.end.min(self.bytes.len()) }
    }

    /// How many bytes were read before.
    #[must_use]
    pub fn position(&self) -> usize {
        self.at
    }

    /// Whether none is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.at >= self.end
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        let byte = if self.is_empty() { 0 } else { self.bytes[self.at] };
        self.at += 1;
        byte
    }

    /// A number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        usize::from(self.byte()) % count
    }

    /// One of `choices`.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// Yes or no.
    pub fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// Yes once in `count`; never behind the end.
    pub fn once_in(&mut self, count: u8) -> bool {
        self.byte() % count == count - 1
    }

    /// A length of up to `max`, then as many bytes.
    pub fn bytes(&mut self, max: usize) -> &'a [u8] {
        let length = self.below(max + 1);
        let start = self.at.min(self.end);
        self.at = (start + length).min(self.end);
        &self.bytes[start..self.at]
    }

    /// Eight bytes as one number.
    pub fn long(&mut self) -> u64 {
        (0..8).fold(0, |number, _| number << 8 | u64::from(self.byte()))
    }
}
