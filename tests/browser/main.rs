//! The wire vectors in a real browser: through the core compiled to wasm, and through the numeric exports of the bindings.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // A test that fails panics.
#![allow(unreachable_pub)] // The modules of a test are all private.

#[cfg(feature = "bindings")]
mod bindings;
#[path = "../vectors/conversations.rs"]
mod conversations;
#[path = "../protocol/data.rs"]
mod data;
#[path = "../protocol/reading.rs"]
mod reading;
#[path = "../vectors/tables.rs"]
mod tables;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn received_engine_packets() {
    tables::check_received_engine_packets();
}

#[wasm_bindgen_test]
fn sent_engine_packets() {
    tables::check_sent_engine_packets();
}

#[wasm_bindgen_test]
fn handshakes() {
    tables::check_handshakes();
}

#[wasm_bindgen_test]
fn received_packets() {
    tables::check_received_packets();
}

#[wasm_bindgen_test]
fn sent_packets() {
    tables::check_sent_packets();
}

#[wasm_bindgen_test]
fn split_payloads() {
    tables::check_split_payloads();
}

#[wasm_bindgen_test]
fn batches() {
    tables::check_batches();
}

#[wasm_bindgen_test]
fn framing() {
    tables::check_framing();
}

#[wasm_bindgen_test]
fn json() {
    tables::check_json();
}

#[wasm_bindgen_test]
fn conversations_with_the_core() {
    conversations::check(conversations::play_to_core);
}
