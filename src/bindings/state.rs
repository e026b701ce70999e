//! What lives between two calls: the managers, and the buffers that host and core share.

use alloc::boxed::Box;
use core::cell::UnsafeCell;

use super::record::{Records, timer};
use super::slot::Slot;
use crate::config::{MAX_HEADER, ManagerConfig};
use crate::engineio::Head;
use crate::socketio::Manager;
use crate::time::Instant;

/// Code units of a packet's header on its way out: a separator, its type, a placeholder and two numbers.
const HEAD_UNITS: usize = 64;

#[repr(C)]
struct Buffers {
    scratch: [u16; MAX_HEADER],
    head: [u16; HEAD_UNITS],
}

struct Cell(UnsafeCell<Buffers>);

// SAFETY: the module is built without threads (no shared memory): nothing else can reach the cell.
#[allow(unsafe_code)]
unsafe impl Sync for Cell {}

static BUFFERS: Cell = Cell(UnsafeCell::new(Buffers { scratch: [0; MAX_HEADER], head: [0; HEAD_UNITS] }));

/// Where the host writes code units, and behind that, where it finds heads.
pub(super) fn buffers() -> *const u16 {
    BUFFERS.0.get().cast()
}

/// The first code units that the host wrote.
pub(super) fn scratch(units: u32) -> &'static [u16] {
    let units = (units as usize).min(MAX_HEADER);
    // SAFETY: so many are there; the host writes only between two calls, and nothing in here writes to this part.
    #[allow(unsafe_code)]
    unsafe {
        core::slice::from_raw_parts(buffers(), units)
    }
}

/// Where a head goes.
pub(super) fn head() -> Head<'static> {
    // SAFETY: nothing else reaches this part; the host reads it before the next head is written.
    #[allow(unsafe_code)]
    Head::new(unsafe { &mut (*BUFFERS.0.get()).head })
}

/// A manager, and the deadline that the host's timer is armed for.
pub(super) struct Hosted {
    pub(super) manager: Manager<Slot, Records>,
    armed: Instant,
}

/// Makes a manager; its number is its address.
pub(super) fn create(seed: u32) -> u32 {
    // A constant: to copy it takes less code than to make it.
    const FRESH: Hosted =
        Hosted { manager: Manager::with_host(ManagerConfig::DEFAULT, Records), armed: Instant::NEVER };
    let mut hosted = Box::new(FRESH);
    hosted.manager.seed(seed);
    Box::into_raw(hosted) as u32
}

/// Frees a manager.
pub(super) fn destroy(manager: u32) {
    // SAFETY: see `hosted`; the host forgets the number.
    #[allow(unsafe_code)]
    drop(unsafe { Box::from_raw(manager as *mut Hosted) });
}

/// The manager of this number.
pub(super) fn hosted(manager: u32) -> &'static mut Hosted {
    // SAFETY: the host only hands in numbers that `create` gave it and that it has not given to `destroy`. Exports run one at a
    // time on one thread, and none is entered again while it runs: the imports only write down, and never call back in.
    #[allow(unsafe_code)]
    unsafe {
        &mut *(manager as *mut Hosted)
    }
}

impl Hosted {
    /// The end of every input: frees what nobody took, and tells the host when to wake the manager, if that has changed.
    #[inline(never)]
    pub(super) fn arm(&mut self) {
        self.manager.finish();
        let deadline = self.manager.next_timeout();
        if deadline != self.armed {
            self.armed = deadline;
            timer(deadline.0);
        }
    }

    /// The host's timer rang.
    pub(super) fn disarm(&mut self) {
        self.armed = Instant::NEVER;
    }
}
