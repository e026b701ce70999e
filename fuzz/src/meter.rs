//! Counts the memory that the core keeps: what is allocated while it runs, less what is given back.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The allocator of every target.
pub struct Meter;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    static KEPT: Cell<isize> = const { Cell::new(0) };
}

/// Runs a call of the core: what it allocates counts.
pub fn inside<T>(call: impl FnOnce() -> T) -> T {
    let was = INSIDE.replace(true);
    let result = call();
    INSIDE.set(was);
    result
}

/// Runs what the core calls back: the memory is the harness's.
pub fn outside<T>(call: impl FnOnce() -> T) -> T {
    let was = INSIDE.replace(false);
    let result = call();
    INSIDE.set(was);
    result
}

/// Bytes that the core keeps.
#[must_use]
pub fn kept() -> isize {
    KEPT.get()
}

/// Starts anew.
pub fn reset() {
    KEPT.set(0);
}

fn count(bytes: isize) {
    if INSIDE.get() {
        KEPT.set(KEPT.get() + bytes);
    }
}

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Meter {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}
