//! What lives between two calls: the managers and the buffers that host and core share.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cell::UnsafeCell;

use super::record::Record;
use super::slot::Slot;
use crate::config::{MAX_HEADER, ManagerConfig};
use crate::socketio::Manager;
use crate::time::Instant;

/// Code units of a packet's header on its way out: a namespace and two numbers.
pub(super) const HEAD_UNITS: usize = 1024;

pub(super) struct State {
    pub(super) managers: Vec<Option<Box<Hosted>>>,
    pub(super) scratch: [u16; MAX_HEADER],
    pub(super) head: [u16; HEAD_UNITS],
    pub(super) record: Record,
}

/// A manager, and the deadline that the host's timer is armed for.
pub(super) struct Hosted {
    pub(super) manager: Manager<Slot>,
    pub(super) armed: Instant,
}

impl State {
    pub(super) fn create(&mut self, seed: u64) -> u32 {
        let hosted = Box::new(Hosted { manager: Manager::new(ManagerConfig::default(), seed), armed: Instant::NEVER });
        let free = self.managers.iter().position(Option::is_none);
        let index = free.unwrap_or(self.managers.len());
        match self.managers.get_mut(index) {
            Some(place) => *place = Some(hosted),
            None => self.managers.push(Some(hosted)),
        }
        index as u32
    }
}

struct Cell(UnsafeCell<State>);

// SAFETY: the module is built without threads (no shared memory): nothing else can reach the cell.
#[allow(unsafe_code)]
unsafe impl Sync for Cell {}

static STATE: Cell = Cell(UnsafeCell::new(State {
    managers: Vec::new(),
    scratch: [0; MAX_HEADER],
    head: [0; HEAD_UNITS],
    record: Record::new(),
}));

/// Lends the state to one export.
pub(super) fn with<R>(body: impl FnOnce(&mut State) -> R) -> R {
    // SAFETY: exports run one at a time on one thread, and none is entered again while it runs: the imports in
    // `slot.rs` only touch the host's table and never call back in.
    #[allow(unsafe_code)]
    let state = unsafe { &mut *STATE.0.get() };
    body(state)
}

/// Lends one manager to an export; nothing happens if it is gone.
pub(super) fn with_manager<R: Default>(manager: u32, body: impl FnOnce(&mut Manager<Slot>) -> R) -> R {
    with(|state| match state.managers.get_mut(manager as usize) {
        Some(Some(hosted)) => body(&mut hosted.manager),
        Some(None) | None => R::default(),
    })
}
