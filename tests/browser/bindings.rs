//! The exports, driven as npm's host drives them: numbers in, records out, everything else in slots.

use ferrio::bindings::{self, kind};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::conversations::{self, Event, Frame, Heard};
use crate::data::Data;
use crate::tables::{header_len, rows, table, text, units};

#[wasm_bindgen(module = "/tests/browser/host.js")]
extern "C" {
    fn put(value: JsValue) -> u32;
    fn peek(slot: u32) -> JsValue;
    fn take(slot: u32) -> JsValue;
    fn is_text(slot: u32) -> bool;
    fn put_bytes(bytes: Vec<u8>) -> u32;
    fn take_bytes(slot: u32) -> Vec<u8>;
    fn read_handshake(json: &str) -> Vec<f64>;
    fn read_connect(json: &str, last_pid: Option<String>) -> u32;
    fn held() -> u32;
    fn words(memory: &JsValue, at: u32, count: u32) -> Vec<u32>;
    fn number(memory: &JsValue, at: u32) -> f64;
    #[wasm_bindgen(js_name = units)]
    fn units_at(memory: &JsValue, at: u32, count: u32) -> String;
    fn write_units(memory: &JsValue, at: u32, text: &str, count: u32);
    fn write_words(memory: &JsValue, at: u32, words: &[u32]);
    fn memory_bytes(memory: &JsValue) -> u32;
}

/// A manager behind the exports, and what its records said.
struct Host {
    manager: u32,
    heard: Heard,
    /// Every record's kind, and the head of a SEND.
    records: Vec<(u32, String)>,
    timer: f64,
}

/// `words[…]` of a record.
struct Record {
    kind: u32,
    a: u32,
    number: f64,
    slot: u32,
    b: u32,
    c: u32,
}

const WEBSOCKET: f64 = 2.0;
const POLLING: f64 = 1.0;
const TRANSPORTS: u32 = 7;
const TRANSPORT: u32 = 1;
const NOW: f64 = 1_000.0;
const HANDSHAKE: &str = r#"0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":11}"#;

impl Host {
    /// Opens a manager with one socket on one transport.
    fn new(transports: f64) -> Host {
        let manager = bindings::create(1.0);
        bindings::configure(manager, TRANSPORTS, transports);
        let mut host = Host { manager, heard: Heard::default(), records: Vec::new(), timer: f64::INFINITY };
        assert_eq!(host.socket("/"), 0);
        bindings::connect(manager, 0, NOW);
        host.run();
        bindings::opened(manager, TRANSPORT, NOW);
        host
    }

    fn joined(transports: f64) -> Host {
        let mut host = Host::new(transports);
        host.frame(HANDSHAKE);
        host.frame(r#"40{"sid":"s"}"#);
        host.records.clear();
        host
    }

    fn socket(&mut self, namespace: &str) -> u32 {
        let count = units(namespace).len() as u32;
        write_units(&wasm_bindgen::memory(), bindings::scratch() as u32, namespace, count);
        bindings::socket(self.manager, count)
    }

    fn frame(&mut self, text: &str) {
        let (header, length) = (header_len(&units(text)) as u32, units(text).len() as u32);
        write_units(&wasm_bindgen::memory(), bindings::scratch() as u32, text, header);
        bindings::frame(self.manager, TRANSPORT, header, length, put(text.into()), NOW);
        self.run();
    }

    fn emit(&mut self, json: &str, attachments: &[&[u8]], flags: u32, token: u32) {
        let slots: Vec<u32> = attachments.iter().map(|bytes| put_bytes(bytes.to_vec())).collect();
        write_words(&wasm_bindgen::memory(), bindings::record() as u32 + 32, &slots);
        let (slot, count) = (put(json.into()), slots.len() as u32);
        bindings::emit(self.manager, 0, slot, count, flags, token, f64::INFINITY, NOW);
        self.run();
    }

    /// Takes every record, as the host's loop does.
    fn run(&mut self) {
        let mut timer_seen = false;
        while bindings::next(self.manager) != 0 {
            assert!(!timer_seen, "the timer's record is the last");
            let record = read_record();
            timer_seen = record.kind == kind::TIMER;
            self.handle(&record);
        }
    }

    fn handle(&mut self, record: &Record) {
        let mut head = String::new();
        match record.kind {
            kind::TIMER => self.timer = record.number,
            kind::READ => {
                let text = peeked(record.slot).to_string();
                let length = units(&text).len() as u32;
                write_units(&wasm_bindgen::memory(), bindings::scratch() as u32, &text, length);
                bindings::frame(self.manager, record.a, length, length, record.slot, NOW);
            }
            kind::READ_HANDSHAKE => {
                let read = read_handshake(&peeked(record.slot).cut_at(record.b as usize));
                let [flags, ping_interval, ping_timeout, max_payload] = read[..] else { panic!("{read:?}") };
                let flags = flags as u32;
                let (manager, slot) = (self.manager, record.slot);
                bindings::handshake(manager, record.a, slot, flags, ping_interval, ping_timeout, max_payload, NOW);
            }
            kind::READ_CONNECT => {
                let flags = read_connect(&peeked(record.slot).cut_at(record.b as usize), None);
                bindings::joined(self.manager, record.a, record.slot, record.b, flags, NOW);
            }
            kind::AUTH => bindings::authorize(self.manager, record.a, record.number as u32, 0, NOW),
            kind::EVENT => {
                let attachments = attachment_slots(record.c).into_iter().map(taken).collect();
                let ack = (record.number >= 0.0).then_some(record.number as u64);
                let json = taken(record.slot).cut_at(record.b as usize);
                self.heard.events.push(Event { json, ack, attachments });
            }
            kind::ACK => {
                attachment_slots(record.c).into_iter().for_each(|slot| drop(take(slot)));
                head = format!("{} {}", record.number, taken(record.slot).cut_at(record.b as usize));
            }
            kind::CAUSE => {
                if record.slot != 0 {
                    take(record.slot);
                }
                self.heard.error = Some(record.number as u64);
                head = format!("{}", record.b);
            }
            kind::SEND => {
                head = units_at(&wasm_bindgen::memory(), bindings::head() as u32, record.b);
                if record.c & 7 != 0 {
                    head.push_str(&taken(record.slot).to_string());
                }
            }
            kind::HANDSHAKE | kind::CONNECTED => drop(take(record.slot)),
            kind::CONNECT_ERROR | kind::UPGRADE_ERROR if record.slot != 0 => drop(take(record.slot)),
            _ => {}
        }
        self.records.push((record.kind, head));
    }

    /// The heads and contents of what was sent since the last look, and `FLUSH` where a body was posted.
    fn sent(&mut self) -> Vec<String> {
        let records = self.records.drain(..).filter(|(kind, _)| [kind::SEND, kind::FLUSH].contains(kind));
        records.map(|(kind, head)| if kind == kind::SEND { head } else { "FLUSH".to_owned() }).collect()
    }

    /// Closes everything; what is left in the slots is lost.
    fn destroy(mut self) -> Heard {
        bindings::close(self.manager, NOW);
        self.run();
        bindings::destroy(self.manager);
        self.heard
    }
}

fn read_record() -> Record {
    let (memory, at) = (wasm_bindgen::memory(), bindings::record() as u32);
    let words = words(&memory, at, 8);
    Record { kind: words[0], a: words[1], number: number(&memory, at + 8), slot: words[4], b: words[5], c: words[6] }
}

fn attachment_slots(count: u32) -> Vec<u32> {
    words(&wasm_bindgen::memory(), bindings::record() as u32 + 32, count)
}

/// The text that a slot holds; it stays there.
fn peeked(slot: u32) -> Data {
    Data::Text(peek(slot).as_string().expect("a text"))
}

/// What a slot holds; it is empty afterwards.
fn taken(slot: u32) -> Data {
    if is_text(slot) { Data::Text(take(slot).as_string().unwrap()) } else { Data::Binary(take_bytes(slot)) }
}

fn play_to_bindings(frames: &[Frame]) -> Heard {
    let mut host = Host::new(WEBSOCKET);
    for frame in frames {
        match frame {
            Frame::Text(text) => host.frame(text),
            Frame::Binary(bytes) => {
                bindings::frame_binary(host.manager, TRANSPORT, put_bytes(bytes.to_vec()), NOW);
                host.run();
            }
        }
    }
    host.destroy()
}

#[wasm_bindgen_test]
fn conversations_with_the_bindings() {
    conversations::check(play_to_bindings);
    assert_eq!(held(), 0, "no slot is left");
}

#[wasm_bindgen_test]
fn handshakes_through_the_bindings() {
    for row in rows(&table(include_str!("../vectors/handshakes.json"))) {
        let mut host = Host::new(WEBSOCKET);
        host.frame(&format!("0{}", text(&row["text"])));
        assert_eq!(host.heard.error, row["error"].as_u64(), "{row}");
        let accepted = host.records.iter().any(|(kind, _)| *kind == kind::HANDSHAKE);
        assert_eq!(accepted, row["error"].is_null(), "{row}");
        host.destroy();
        assert_eq!(held(), 0, "no slot is left after {row}");
    }
}

#[wasm_bindgen_test]
fn what_is_sent_is_a_head_and_a_slot() {
    let mut host = Host::joined(WEBSOCKET);
    host.emit("[1]", &[], 0, 0);
    host.emit("[2]", &[&[1], &[2, 3]], 2, 70);
    host.emit("[3]", &[], 2 | 4, 71);
    assert_eq!(host.sent(), ["42[1]", "452-0[2]", "<01>", "<0203>", "421[3]"]);
    host.frame(r#"431["b"]"#);
    host.frame("430[]");
    let acks: Vec<_> =
        host.records.iter().filter(|(kind, _)| *kind == kind::ACK).map(|(_, head)| head.as_str()).collect();
    assert_eq!(acks, [r#"71 ["b"]"#, "70 []"]);
    host.destroy();
    assert_eq!(held(), 0, "no slot is left");
}

#[wasm_bindgen_test]
fn polling_bodies_are_batched_by_the_hosts_byte_lengths() {
    let mut host = Host::joined(POLLING);
    bindings::turn(host.manager, NOW);
    host.run();
    assert_eq!(host.sent(), ["40", "FLUSH"]);
    bindings::drained(host.manager, TRANSPORT, NOW);
    for json in ["[1]", "[2]", r#"["é"]"#] {
        host.emit(json, &[], 0, 0);
    }
    host.emit("[4]", &[&[1, 2, 3, 4]], 0, 0);
    bindings::turn(host.manager, NOW);
    let mut bodies = Vec::new();
    loop {
        host.run();
        let sent = host.sent();
        if sent.is_empty() {
            break;
        }
        bodies.push(sent);
        bindings::drained(host.manager, TRANSPORT, NOW);
    }
    assert_eq!(
        bodies,
        [
            vec!["42[1]", "\u{1e}42[2]", "FLUSH"],
            vec![r#"42["é"]"#, "FLUSH"],
            vec!["451-[4]", "FLUSH"],
            vec!["b<01020304>", "FLUSH"],
        ]
    );
    host.destroy();
    assert_eq!(held(), 0, "no slot is left");
}

#[wasm_bindgen_test]
fn what_is_buffered_can_be_looked_at_and_stays_the_cores() {
    let mut host = Host::new(WEBSOCKET);
    host.emit("[1]", &[], 0, 0);
    host.emit("[2]", &[], 0, 0);
    let look = |index| match bindings::buffered(host.manager, 0, index) {
        0 => None,
        slot => peek(slot).as_string(),
    };
    assert_eq!([look(0), look(1), look(2)], [Some("[1]".to_owned()), Some("[2]".to_owned()), None]);
    host.destroy();
    assert_eq!(held(), 0, "what was never sent is released");
}

#[wasm_bindgen_test]
fn a_retry_duplicates_the_slot() {
    let mut host = Host::new(WEBSOCKET);
    bindings::socket_option(host.manager, 0, 1, 2.0);
    bindings::socket_option(host.manager, 0, 2, 500.0);
    host.frame(HANDSHAKE);
    host.frame(r#"40{"sid":"s"}"#);
    host.sent();
    host.emit("[1]", &[&[7]], 0, 0);
    bindings::timeout(host.manager, NOW + 500.0);
    host.run();
    assert_eq!(host.sent(), ["451-0[1]", "<07>", "451-1[1]", "<07>"]);
    host.frame("431[]");
    host.destroy();
    assert_eq!(held(), 0, "no slot is left");
}

#[wasm_bindgen_test]
fn the_timer_is_told_when_it_changes() {
    let mut host = Host::new(WEBSOCKET);
    assert_eq!(host.timer, NOW + 20_000.0, "the time to open");
    host.records.clear();
    host.frame(HANDSHAKE);
    host.frame(r#"40{"sid":"s"}"#);
    host.records.clear();
    bindings::timeout(host.manager, NOW + 10_000.0);
    host.run();
    assert_eq!(host.timer, NOW + 45_000.0, "the heartbeat");
    host.records.clear();
    host.emit("[1]", &[], 0, 0);
    assert!(host.records.iter().all(|(kind, _)| *kind != kind::TIMER), "nothing changed");
    host.destroy();
}

#[wasm_bindgen_test]
fn calls_for_what_does_not_exist_change_nothing_and_free_their_slots() {
    let nobody = 4_000_000_000;
    bindings::connect(nobody, 0, NOW);
    bindings::frame(nobody, 1, 0, 1, put("2".into()), NOW);
    bindings::frame_binary(nobody, 1, put("x".into()), NOW);
    bindings::closed(nobody, 1, put("x".into()), NOW);
    bindings::emit(nobody, 0, put("[]".into()), 0, 0, 0, 0.0, NOW);
    bindings::network(nobody, 99, NOW);
    assert_eq!(bindings::next(nobody), 0);
    let mut host = Host::joined(WEBSOCKET);
    bindings::emit(host.manager, 99, put("[]".into()), 0, 0, 0, 0.0, NOW);
    bindings::connect(host.manager, 99, NOW);
    bindings::configure(host.manager, 99, 1.0);
    host.run();
    assert!(host.sent().is_empty());
    host.destroy();
    assert_eq!(held(), 0, "no slot is left");
}

#[wasm_bindgen_test]
fn two_thousand_connections_leave_slots_and_memory_flat() {
    let live_once = || {
        let mut host = Host::joined(WEBSOCKET);
        host.emit("[1]", &[&[1, 2, 3]], 2, 70);
        host.frame(r#"42["e"]"#);
        host.destroy();
    };
    (0..50).for_each(|_| live_once());
    let before = memory_bytes(&wasm_bindgen::memory());
    (0..2_000).for_each(|_| live_once());
    assert_eq!(held(), 0, "no slot is left");
    assert_eq!(memory_bytes(&wasm_bindgen::memory()), before);
}
