//! First in, first out, on two vectors: much less code in the wasm module than a ring buffer, and as fast.

use alloc::vec::Vec;

/// A queue.
#[derive(Debug)]
pub struct Queue<T> {
    /// What leaves next, last element first.
    front: Vec<T>,
    /// What came since `front` was filled.
    back: Vec<T>,
}

impl<T> Queue<T> {
    /// An empty queue.
    #[must_use]
    pub const fn new() -> Queue<T> {
        Queue { front: Vec::new(), back: Vec::new() }
    }

    /// Adds an element at the end.
    pub fn push(&mut self, element: T) {
        self.back.push(element);
    }

    /// Takes the first element.
    pub fn pop(&mut self) -> Option<T> {
        self.turn();
        self.front.pop()
    }

    /// The first element.
    pub fn first_mut(&mut self) -> Option<&mut T> {
        self.turn();
        self.front.last_mut()
    }

    /// The last element.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.back.last().or_else(|| self.front.first())
    }

    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.front.len() + self.back.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The elements in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.front.iter().rev().chain(self.back.iter())
    }

    /// Keeps the elements that `keep` says yes to.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        self.front.retain(&mut keep);
        self.back.retain(keep);
    }

    fn turn(&mut self) {
        if self.front.is_empty() {
            while let Some(element) = self.back.pop() {
                self.front.push(element);
            }
        }
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Queue<T> {
        Queue::new()
    }
}
