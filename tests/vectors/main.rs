//! The codecs against the wire vectors, and what holds for every input.
#![cfg(not(target_arch = "wasm32"))] // What runs in the browser is in tests/browser/.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // A test that fails panics.
#![allow(unreachable_pub)] // The modules of a test are all private.

mod conversations;
#[path = "../protocol/data.rs"]
mod data;
mod properties;
#[path = "../protocol/reading.rs"]
mod reading;
mod tables;

#[test]
fn received_engine_packets() {
    tables::check_received_engine_packets();
}

#[test]
fn sent_engine_packets() {
    tables::check_sent_engine_packets();
}

#[test]
fn handshakes() {
    tables::check_handshakes();
}

#[test]
fn received_packets() {
    tables::check_received_packets();
}

#[test]
fn sent_packets() {
    tables::check_sent_packets();
}

#[test]
fn split_payloads() {
    tables::check_split_payloads();
}

#[test]
fn batches() {
    tables::check_batches();
}

#[test]
fn framing() {
    tables::check_framing();
}

#[test]
fn json() {
    tables::check_json();
}

#[test]
fn conversations() {
    conversations::check(conversations::play_to_core);
}
