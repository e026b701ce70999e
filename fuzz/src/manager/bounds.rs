//! Bounded memory: what the core may keep is accounted for by what the app gave it and by its options, never by how much a
//! server sent or how long it all has lasted.

use super::world::World;
use crate::handle;
use crate::meter;

/// The most that was ever waiting: vectors keep their room.
#[derive(Debug, Default)]
pub struct Peaks {
    outputs: usize,
    outstanding: usize,
    early_events: usize,
    /// Packets of sessions that say goodbye.
    leaving: usize,
    /// Bytes of sockets.
    sockets: usize,
}

impl Peaks {
    /// An input made this many outputs.
    pub fn note_outputs(&mut self, outputs: usize, may_be: usize) {
        assert!(outputs <= may_be, "{outputs} outputs of one input, {may_be} would have a reason");
        self.outputs = self.outputs.max(outputs);
    }

    /// So many early events may be kept for each socket from now on.
    pub fn note_early_events(&mut self, limit: usize) {
        self.early_events = self.early_events.max(limit);
    }

    /// There is another socket, whose namespace takes so many bytes.
    pub fn note_socket(&mut self, bytes: usize) {
        self.sockets += bytes + SOCKET;
    }

    /// A session with so many packets to send may say goodbye now.
    pub fn note_goodbye(&mut self, packets: usize) {
        self.leaving += packets;
    }
}

/// To be called after every input, when no output is left.
pub fn check(world: &mut World) {
    let outstanding = world.app.outstanding;
    world.peaks.outstanding = world.peaks.outstanding.max(outstanding);
    if world.wire.transports.is_empty() {
        world.peaks.leaving = 0;
    }
    let peaks = &world.peaks;
    let queue = world.manager.queue_len();
    // A pong may stand behind every packet that was given, and no second one.
    assert!(queue <= 2 * world.app.given + A_FEW, "{queue} packets wait, {} were given", world.app.given);

    let sockets = world.sockets;
    let early = sockets * peaks.early_events;
    assert!(handle::received() <= early + 1, "{} frames are kept, {early} may", handle::received());

    let events = world.app.outstanding + queue + peaks.leaving + early;
    let room = peaks.outputs + peaks.outstanding + world.app.given.min(1_000);
    let most = 4_096 + peaks.sockets + world.wire.transports.len() * 1_024 + events * EVENT + room * LISTS;
    let kept = meter::kept();
    assert!(kept <= most as isize, "{kept} bytes are kept, {most} may: {events} events, {sockets} sockets");
}

/// Bytes that an element may leave behind in lists that have grown: three of pointers, each up to twice as long as it was full.
const LISTS: usize = 48;
/// Packets of the core's own that may wait: a pong, the goodbye.
const A_FEW: usize = 4;
/// Bytes of a socket without its namespace, with its part of tables that may double.
const SOCKET: usize = 1_024;
/// Bytes of an event or packet that waits.
const EVENT: usize = 256;
