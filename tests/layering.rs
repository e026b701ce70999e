//! The walls of docs/ARCHITECTURE.md ("Who may import whom"), held up by reading the sources.
#![cfg(not(target_arch = "wasm32"))] // What runs in the browser is in tests/browser/.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // A test that fails panics.

use std::fs;
use std::path::Path;

/// A room, the rooms that it may enter besides itself, and the crates that it may use.
struct Room {
    name: &'static str,
    enters: &'static [&'static str],
    crates: &'static [&'static str],
}

/// The files that lie beside `lib.rs`.
const LEAVES: &str = "leaves";
const ROOMS: [Room; 6] = [
    Room { name: LEAVES, enters: &[], crates: &["core", "alloc"] },
    Room { name: "engineio", enters: &[LEAVES], crates: &["core", "alloc"] },
    Room { name: "socketio", enters: &[LEAVES, "engineio"], crates: &["core", "alloc"] },
    Room { name: "bindings", enters: &[LEAVES, "engineio", "socketio"], crates: &["core", "alloc", "wasm_bindgen"] },
    Room { name: "web", enters: &[LEAVES, "engineio", "socketio"], crates: ANY },
    Room { name: "client", enters: &[LEAVES, "engineio", "socketio", "web"], crates: ANY },
];
/// The rooms that end up in npm's module: no formatting, no maps, no building of texts.
const LEAN: [&str; 4] = [LEAVES, "engineio", "socketio", "bindings"];
const COSTLY: [&str; 12] = [
    "HashMap",
    "HashSet",
    "BTreeMap",
    "BTreeSet",
    "format!",
    "write!",
    "println!",
    "panic!",
    "to_string",
    "String::new",
    "String::from",
    "alloc::string",
];
const ANY: &[&str] = &["*"];

#[test]
fn every_room_enters_only_the_rooms_below() {
    let sources = sources();
    assert!(sources.len() > 20, "the scan finds the sources");
    let found: Vec<String> = sources.iter().flat_map(|source| violations(&source.path, &source.text)).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_crate_is_no_std() {
    assert!(fs::read_to_string(src().join("lib.rs")).unwrap().lines().any(|line| line == "#![no_std]"));
}

#[test]
fn every_room_of_the_sources_is_known() {
    for entry in fs::read_dir(src()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            assert!(ROOMS.iter().any(|room| room.name == name), "{name} is no room of this plan");
        }
    }
}

#[test]
fn the_scan_sees_what_is_forbidden() {
    for (path, text) in [
        ("time.rs", "use crate::engineio::Packet;"),
        ("time.rs", "use super::engineio::Packet;"),
        ("time.rs", "use std::time::Instant;"),
        ("time.rs", "use alloc::string::String;"),
        ("error.rs", "fn f() -> u8 { crate::bindings::f() }"),
        ("engineio/packet.rs", "use crate::socketio::Manager;"),
        ("engineio/packet.rs", "use super::super::socketio::Manager;"),
        ("engineio/packet.rs", "use crate::{config::X, socketio::Manager};"),
        ("engineio/packet.rs", "use crate::{\n    config::{X, Y},\n    bindings::{self, Z},\n};"),
        ("engineio/mod.rs", "pub use super::socketio;"),
        ("engineio/packet.rs", "use wasm_bindgen::JsValue;"),
        ("engineio/packet.rs", "use serde_json::Value;"),
        ("engineio/packet.rs", "fn f(x: &wasm_bindgen::JsValue) {}"),
        ("socketio/manager.rs", "use crate::bindings::Slot;"),
        ("socketio/manager.rs", "let x: std::vec::Vec<u8>;"),
        ("socketio/manager.rs", "use std::collections::HashMap;"),
        ("socketio/manager.rs", "let text = format!(\"{x}\");"),
        ("socketio/manager.rs", "unsafe { f() }"),
        ("socketio/manager.rs", "// SAFETY: none.\nunsafe { f() }"),
        ("bindings/state.rs", "use crate::web::Driver;"),
        ("bindings/state.rs", "fn f() {\n    unsafe { g() }\n}"),
        ("bindings/state.rs", "use web_sys::WebSocket;"),
        ("web/driver.rs", "use crate::bindings::Slot;"),
        ("web/driver.rs", "use crate::client::Client;"),
        ("client/mod.rs", "use crate::bindings::Slot;"),
    ] {
        assert!(!violations(path, text).is_empty(), "{path} may not hold: {text}");
    }
}

#[test]
fn the_scan_lets_pass_what_is_allowed() {
    for (path, text) in [
        ("timer.rs", "use crate::time::Instant;\nuse core::ops::Range;"),
        ("timer.rs", "//! See [`crate::socketio::Manager`].\n/// `std::collections::HashMap`, format!, unsafe"),
        ("engineio/session.rs", "use alloc::vec::Vec;\nuse super::packet;\nuse crate::{config::X, timer::{A, B}};"),
        ("engineio/mod.rs", "mod packet;\npub use packet::Packet;"),
        ("engineio/session.rs", "pub(super) fn f() {}\npub(in crate::engineio) fn g() {}"),
        ("socketio/manager.rs", "use crate::engineio::Session;\nuse super::socket;"),
        ("socketio/manager.rs", "let text = \"use std::crate::bindings\";"),
        ("bindings/exports.rs", "use wasm_bindgen::prelude::wasm_bindgen;\nuse crate::socketio::Manager;"),
        ("bindings/state.rs", "// SAFETY: one thread.\n#[allow(unsafe_code)]\nunsafe impl Sync for Cell {}"),
        (
            "bindings/state.rs",
            "    unsafe fn alloc(&self) -> *mut u8 {\n        // SAFETY: passed on.\n        unsafe { f() }",
        ),
        ("web/driver.rs", "use web_sys::WebSocket;\nuse crate::socketio::Manager;\nlet x = format!(\"{x}\");"),
        ("client/mod.rs", "use crate::web::Driver;\nuse std::rc::Rc;"),
    ] {
        assert_eq!(violations(path, text), Vec::<String>::new(), "{path} may hold: {text}");
    }
}

struct Source {
    /// From `src/` on.
    path: String,
    text: String,
}

fn src() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
}

/// Every source but `lib.rs`, which only lists the rooms.
fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    let mut folders = vec![src().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("src/lib.rs") {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(src()).unwrap().to_str().unwrap().replace('\\', "/");
                sources.push(Source { path, text });
            }
        }
    }
    sources
}

/// What a file holds that its room does not allow.
fn violations(path: &str, text: &str) -> Vec<String> {
    let room_name = path.split_once('/').map_or(LEAVES, |(room, _)| room);
    let room = ROOMS.iter().find(|room| room.name == room_name).unwrap_or_else(|| panic!("no room for {path}"));
    let code = without_comments_and_texts(text);
    let mut found = Vec::new();
    for entered in rooms_entered(path, &code) {
        if entered != room.name && !room.enters.contains(&entered) {
            found.push(format!("{path}: {} enters {entered}", room.name));
        }
    }
    for name in foreign_crates(&code) {
        if room.crates != ANY && !room.crates.contains(&name) {
            found.push(format!("{path}: uses the crate {name}"));
        }
    }
    if LEAN.contains(&room.name) {
        for costly in COSTLY.into_iter().filter(|costly| code.contains(costly)) {
            found.push(format!("{path}: {costly} is too large for the npm module"));
        }
    }
    found.extend(unsafe_violations(path, room, &code, text));
    found
}

/// The rooms that paths from the root of the crate lead to.
fn rooms_entered(path: &str, code: &str) -> Vec<&'static str> {
    // `super` leads out of the room once for `mod.rs` and leaves, twice for the files of a room.
    let up = if path.contains('/') && !path.ends_with("/mod.rs") { "super::super::" } else { "super::" };
    let mut entered = Vec::new();
    for root in ["crate::", up] {
        for (at, _) in code.match_indices(root).filter(|(at, _)| begins_path(code, *at)) {
            for first in first_segments(&code[at + root.len()..]) {
                entered.push(ROOMS.iter().map(|room| room.name).find(|name| *name == first).unwrap_or(LEAVES));
            }
        }
    }
    entered
}

/// The first names of a path, or of each path of a group.
fn first_segments(rest: &str) -> Vec<&str> {
    let Some(group) = rest.strip_prefix('{') else {
        return vec![name_at(rest)];
    };
    let mut depth = 0usize;
    let mut names = Vec::new();
    let mut expects = true;
    for (at, char) in group.char_indices() {
        match char {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expects = true,
            _ if expects && depth == 0 && is_name(char) => {
                names.push(name_at(&group[at..]));
                expects = false;
            }
            _ => {}
        }
    }
    names
}

/// The crates besides this one that paths begin with.
fn foreign_crates(code: &str) -> Vec<&str> {
    let mut crates = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let name = name_at(&code[at + 4..]);
        let rest = &code[at + 4 + name.len()..];
        if begins_path(code, at) && rest.starts_with("::") && !["crate", "super", "self"].contains(&name) {
            // Not a crate: names in scope (`use TransportKind::Polling`), which begin with a capital letter, and own modules.
            if name.starts_with(char::is_lowercase) && !code.contains(&format!("mod {name};")) {
                crates.push(name);
            }
        }
    }
    for name in ["std", "wasm_bindgen", "js_sys", "web_sys", "gloo_timers", "serde"] {
        let is_path = |at: usize| begins_path(code, at) && code[at + name.len()..].starts_with("::");
        if code.match_indices(name).any(|(at, _)| is_path(at)) {
            crates.push(name);
        }
    }
    crates
}

/// `unsafe` only in the bindings, and only with its reason in the comment right above.
fn unsafe_violations(path: &str, room: &Room, code: &str, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut words = line.split(|char: char| !is_name(char)).filter(|word| !word.is_empty());
        if !words.any(|word| word == "unsafe") {
            continue;
        }
        let only_declares = words.next() == Some("fn");
        if room.name != "bindings" {
            found.push(format!("{path}:{}: unsafe", number + 1));
            continue;
        }
        let above = lines[..number].iter().rev().map(|line| line.trim());
        let mut above = above.skip_while(|line| line.starts_with("#[")).take_while(|line| line.starts_with("//"));
        if !only_declares && !above.any(|line| line.starts_with("// SAFETY: ")) {
            found.push(format!("{path}:{}: unsafe without SAFETY", number + 1));
        }
    }
    found
}

/// The code alone, line by line; comments are cut, and texts are emptied.
fn without_comments_and_texts(text: &str) -> String {
    let mut code = String::new();
    for line in text.lines() {
        let mut rest = line;
        loop {
            let quote = rest.find('"').filter(|at| !rest[..*at].ends_with("b'") && !rest[..*at].ends_with('\''));
            match (rest.find("//"), quote) {
                (Some(comment), quote) if quote.is_none_or(|quote| comment < quote) => {
                    code.push_str(&rest[..comment]);
                    break;
                }
                (_, Some(quote)) => {
                    code.push_str(&rest[..quote]);
                    let inside = &rest[quote + 1..];
                    let escaped =
                        |at: usize| inside[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
                    let end = inside.match_indices('"').map(|(at, _)| at).find(|at| !escaped(*at));
                    rest = end.map_or("", |end| &inside[end + 1..]);
                }
                (_, None) => {
                    code.push_str(rest);
                    break;
                }
            }
        }
        code.push('\n');
    }
    code
}

/// Whether a path begins here, rather than goes on; `pub(in crate::x)` opens nothing.
fn begins_path(code: &str, at: usize) -> bool {
    let before = &code[..at];
    !before.ends_with(is_name) && !before.ends_with("::") && !before.ends_with("pub(in ")
}

fn name_at(code: &str) -> &str {
    &code[..code.find(|char| !is_name(char)).unwrap_or(code.len())]
}

fn is_name(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}
