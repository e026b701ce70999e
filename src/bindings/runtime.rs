//! What the standard library would bring along: an allocator and a panic handler. Both are small, neither formats text.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32;
use core::cell::UnsafeCell;
use core::ptr::NonNull;

/// An allocator for a module whose every byte is downloaded (the smallest of the libraries is larger by 0.4 KB after gzip): a block
/// of a power of two for each layout, and for each size a list of the blocks that came back. Nothing is split or joined.
struct Blocks(UnsafeCell<Lists>);

struct Lists {
    /// The first free block of 2^i bytes; each begins with the address of the next.
    free: [Option<NonNull<u8>>; 32],
    /// From here to `end` nothing was given out yet.
    fresh: usize,
    end: usize,
}

// SAFETY: the module is built without threads (no shared memory).
#[allow(unsafe_code)]
unsafe impl Sync for Blocks {}

// SAFETY: a block is handed out once until it comes back: it leaves its list, or it is fresh. It is as large as its layout asks
// for, and aligned to 16 bytes; no layout of ours asks for more.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Blocks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: nothing else reaches the lists while this runs.
        unsafe { (*self.0.get()).take(class(layout)).as_ptr() }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: nothing else reaches the lists while this runs, and nobody uses the block any more.
        unsafe {
            if let Some(first) = (*self.0.get()).free.get_mut(class(layout)) {
                block.cast::<Option<NonNull<u8>>>().write(*first);
                *first = NonNull::new(block);
            }
        }
    }
}

/// Which power of two a layout gets: no less than 16 bytes.
fn class(layout: Layout) -> usize {
    32 - ((layout.size() - 1) | 15).leading_zeros() as usize
}

impl Lists {
    /// That it is never null keeps the code for reporting it, and all of formatting with that, out of the module.
    #[inline(never)]
    fn take(&mut self, class: usize) -> NonNull<u8> {
        let Some(first) = self.free.get_mut(class) else { wasm32::unreachable() };
        if let Some(block) = *first {
            // SAFETY: a free block begins with the address of the next one.
            #[allow(unsafe_code)]
            let next = unsafe { block.cast().read() };
            *first = next;
            return block;
        }
        let size = 1 << class;
        if self.fresh + size > self.end {
            let pages = size.div_ceil(PAGE);
            let before = wasm32::memory_grow::<0>(pages);
            if before == usize::MAX {
                // No memory is left.
                wasm32::unreachable()
            }
            if before * PAGE != self.end {
                self.fresh = before * PAGE;
            }
            self.end = (before + pages) * PAGE;
        }
        let block = NonNull::new(self.fresh as *mut u8);
        self.fresh += size;
        // No memory is left: `memory_grow` gave -1.
        block.filter(|_| self.end != 0).unwrap_or_else(|| wasm32::unreachable())
    }
}

const PAGE: usize = 0x1_0000;

#[global_allocator]
static ALLOCATOR: Blocks = Blocks(UnsafeCell::new(Lists { free: [None; 32], fresh: 0, end: 0 }));

/// A broken invariant of our own: the instance traps, and the host reports `E_CORE_PANIC` and starts a fresh one.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    wasm32::unreachable()
}
