//! First in, first out, where also one from the middle can be taken: much less code in the wasm module than a ring buffer.

use alloc::boxed::Box;
use alloc::vec::Vec;

/// A queue.
#[derive(Debug)]
pub struct Queue<T> {
    /// The elements in order; `None` where one was taken. Boxed: all queues move pointers, by the same code.
    items: Vec<Option<Box<T>>>,
    /// How many of `items`, from the first on, are `None`. Never all.
    gone: usize,
    len: usize,
}

impl<T> Queue<T> {
    /// An empty queue.
    #[must_use]
    pub const fn new() -> Queue<T> {
        Queue { items: Vec::new(), gone: 0, len: 0 }
    }

    /// Adds an element at the end.
    pub fn push(&mut self, element: T) {
        self.items.push(Some(Box::new(element)));
        self.len += 1;
    }

    /// Takes the first element.
    pub fn pop(&mut self) -> Option<Box<T>> {
        self.take(|_| true)
    }

    /// Takes the first element that is `wanted`.
    pub fn take(&mut self, wanted: impl Fn(&T) -> bool) -> Option<Box<T>> {
        let items = self.items.get_mut(self.gone..)?;
        let taken = items.iter_mut().find(|item| item.as_deref().is_some_and(&wanted))?.take();
        self.len -= 1;
        while let Some(None) = self.items.get(self.gone) {
            self.gone += 1;
        }
        // Moving the rest costs less than taking those before it did.
        if self.gone >= self.len {
            self.retain(|_| true);
        }
        taken
    }

    /// The first element.
    #[must_use]
    pub fn first(&self) -> Option<&T> {
        self.items.get(self.gone)?.as_deref()
    }

    /// The last element.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.items.last()?.as_deref()
    }

    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The elements in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.iter().flatten().map(|item| &**item)
    }

    /// The elements in order, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.items.iter_mut().flatten().map(|item| &mut **item)
    }

    /// Keeps the elements that `keep` says yes to; it is asked about each in order, and may change it.
    pub fn retain(&mut self, mut keep: impl FnMut(&mut T) -> bool) {
        self.items.retain_mut(|item| item.as_deref_mut().is_some_and(&mut keep));
        self.gone = 0;
        self.len = self.items.len();
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Queue<T> {
        Queue::new()
    }
}
