//! The whole core, driven by a sequence of operations.
//!
//! The bytes are options, and then operations: of the app, of the page, of the clock, and of a server and a network that do
//! whatever they like ([`operation`]). [`world::World`] plays the host. What must hold is checked with every output and after
//! every input:
//!
//! - no panic; an input ends, with no more outputs than what was waiting accounts for;
//! - commands that a host can carry out ([`wire`]): transports that were opened and not closed, one GET and one POST at a
//!   time, bodies within `maxPayload`, attachments right behind their packet;
//! - a story that an app can follow ([`app`]): connected and disconnected in turn, events only in between and as they were
//!   received, every emit sent once and in order, every ack settled once;
//! - bounded memory ([`bounds`]): what a server sends does not pile up, what is over is forgotten;
//! - time: a timer that is over is over for a reason, and delays between attempts are those of the options;
//! - in the end a good server works ([`good_server`]), and a goodbye leaves nothing: no transport, no timer, no handle, no byte.

pub mod app;
pub mod bounds;
pub mod frame;
pub mod good_server;
pub mod operation;
pub mod options;
pub mod wire;
pub mod world;

use crate::input::Input;
use crate::{handle, meter};
use world::World;

/// The bytes are options and operations.
pub fn check(data: &[u8]) {
    handle::reset();
    meter::reset();
    let mut input = Input::new(data);
    let ends_well = input.flag();
    let mut world = World::new(options::manager(&mut input), &mut input);
    operation::play_all(&mut world, &mut input);
    if ends_well {
        good_server::serve(&mut world);
    }
    world.end();
}
