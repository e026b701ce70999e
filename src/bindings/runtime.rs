//! What the standard library would bring along: an allocator and a panic handler. Both are small, neither formats text.

use core::alloc::{GlobalAlloc, Layout};

use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};

/// Traps where there is no memory left, so that no code for reporting it (and so none for formatting) is linked in.
struct Trapping(WasmDynamicTalc);

// SAFETY: every call is passed on to an allocator; a trap keeps every promise.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Trapping {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is passed on.
        there(unsafe { self.0.alloc(layout) })
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { self.0.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promise is passed on.
        there(unsafe { self.0.realloc(pointer, layout, size) })
    }
}

fn there(pointer: *mut u8) -> *mut u8 {
    if pointer.is_null() {
        core::arch::wasm32::unreachable()
    }
    pointer
}

#[global_allocator]
static ALLOCATOR: Trapping = Trapping(new_wasm_dynamic_allocator());

/// A broken invariant of our own: the instance traps, and the host reports `E_CORE_PANIC` and starts a fresh one.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
