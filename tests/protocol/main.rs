//! The core against a scripted server on a virtual clock: one module per behaviour, one test per sentence.
#![cfg(not(target_arch = "wasm32"))] // What runs in the browser is in tests/browser/.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // A test that fails panics.
#![allow(unreachable_pub)] // The modules of a test are all private.

mod data;
mod reading;
mod scenario;
mod trace;
mod webtransport;
mod wire;

mod acks;
mod attachments;
mod auth;
mod closing;
mod connect;
mod early;
mod handshake;
mod headers;
mod heartbeat;
mod limits;
mod long_run;
mod namespaces;
mod network;
mod offline;
mod operations;
mod polling;
mod reconnection;
mod recovery;
mod retries;
mod stale;
mod transports;
mod upgrade;
mod volatile;
