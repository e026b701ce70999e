//! A Socket.IO client for the web: the protocol core, sans I/O, and the faces that hosts drive.
//!
//! ```text
//!  bindings (feature `bindings`): numbers in, records out, for the TypeScript host
//!      │
//!  socketio   Manager, sockets, acks, retries, reconnection, recovery      Socket.IO revision 5
//!      │
//!  engineio   Session, heartbeat, polling, upgrade                        Engine.IO revision 4
//!      │
//!  time · rand · timer · queue · json · payload · error · config
//! ```
//!
//! The core takes every decision of the protocol and touches nothing outside: input and time go into a
//! [`socketio::Manager`], [`socketio::Output`]s come out. It does no I/O, reads no clock and draws no random number.
//! It never reads an application's data: events and attachments are handles ([`payload::Payload`]) that pass through.
//!
//! The core is `no_std` + `alloc` and free of `unsafe`.
#![no_std]

extern crate alloc;
// The npm module brings its own allocator and panic handler; everywhere else they are the standard library's.
#[cfg(any(test, not(all(feature = "npm", target_arch = "wasm32"))))]
extern crate std;

pub mod config;
pub mod engineio;
pub mod error;
pub mod json;
pub mod payload;
pub mod rand;
pub mod socketio;
pub mod time;
pub mod timer;

#[cfg(feature = "bindings")]
pub mod bindings;
