//! The exports, driven as npm's host drives them: numbers in, records out, everything else in slots.

use std::collections::VecDeque;

use ferrio::bindings::{self, input, kind};
use ferrio::socketio::packet;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::conversations::{self, Event, Frame, Heard};
use crate::data::Data;
use crate::tables::{rows, table, text, units};

#[wasm_bindgen(module = "/tests/browser/host.js")]
extern "C" {
    fn put(value: JsValue) -> u32;
    fn put_with(text: &str, attachments: &[u32]) -> u32;
    fn split(slot: u32) -> Vec<u32>;
    fn peek(slot: u32) -> JsValue;
    fn take(slot: u32) -> JsValue;
    fn is_text(slot: u32) -> bool;
    fn put_bytes(bytes: Vec<u8>) -> u32;
    fn take_bytes(slot: u32) -> Vec<u8>;
    fn read_handshake(json: &str) -> Vec<f64>;
    fn read_connect(json: &str, last_pid: Option<String>) -> u32;
    fn held() -> u32;
    fn name_sockets(namespaces: Vec<String>);
    fn read_heads(memory: &JsValue, buffers: u32);
    fn next_record() -> Vec<f64>;
    fn head_of_record() -> String;
    fn write_units(memory: &JsValue, at: u32, text: &str, count: u32);
    fn memory_bytes(memory: &JsValue) -> u32;
}

/// A manager behind the exports, and what its records said.
struct Host {
    manager: u32,
    namespaces: Vec<String>,
    heard: Heard,
    /// What was told and not yet carried out.
    told: VecDeque<Record>,
    /// Every record's kind, and what a SEND sends.
    records: Vec<(u32, String)>,
    timer: f64,
}

/// The fields of a record; the ack's id of an EVENT is in `c`.
struct Record {
    kind: u32,
    a: u32,
    slot: u32,
    b: f64,
    c: f64,
    d: u32,
    head: String,
}

const WEBSOCKET: f64 = 2.0;
const POLLING: f64 = 1.0;
const TRANSPORT: u32 = 1;
const NOW: f64 = 1_000.0;
const HANDSHAKE: &str = r#"0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000}"#;
/// Of a server that takes next to nothing.
const NARROW: &str = r#"0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":11}"#;
/// What came as a call of `timer` and `event`.
const TIMER: u32 = 1;
const EVENT: u32 = 10;

impl Host {
    /// Opens a manager with one socket on one transport.
    fn new(transports: f64) -> Host {
        Host::with_options(transports, 0.0, f64::INFINITY)
    }

    /// The same, with these options of the socket.
    fn with_options(transports: f64, retries: f64, ack_timeout: f64) -> Host {
        read_heads(&wasm_bindgen::memory(), bindings::buffers() as u32);
        let manager = bindings::create(1.0);
        let (never, at_once) = (f64::INFINITY, 0.0);
        bindings::configure(
            manager, 1.0, never, 1_000.0, 5_000.0, at_once, 20_000.0, transports, 1.0, 0.0, 0.0, 0.0, 0.0, never,
            never, never, 0.0,
        );
        let mut host = Host {
            manager,
            namespaces: Vec::new(),
            heard: Heard::default(),
            told: VecDeque::new(),
            records: Vec::new(),
            timer: f64::INFINITY,
        };
        host.socket("/", retries, ack_timeout);
        host.input(input::CONNECT, 0);
        host.input(input::OPENED, TRANSPORT);
        host
    }

    fn joined(transports: f64) -> Host {
        Host::joined_by(HANDSHAKE, transports)
    }

    fn joined_by(handshake: &str, transports: f64) -> Host {
        let mut host = Host::new(transports);
        host.frame(handshake);
        host.frame(r#"40{"sid":"s"}"#);
        host.records.clear();
        host
    }

    fn socket(&mut self, namespace: &str, retries: f64, ack_timeout: f64) {
        let length = if namespace == "/" { 0 } else { namespace.len() as u32 };
        bindings::socket(self.manager, length, retries, ack_timeout);
        self.namespaces.push(namespace.to_owned());
        name_sockets(self.namespaces.clone());
    }

    /// Calls an export, and takes down what it tells.
    fn call(&mut self, export: impl FnOnce(u32)) {
        export(self.manager);
        let mut timer_seen = false;
        while let [kind, a, slot, b, c, d] = next_record()[..] {
            assert!(!timer_seen, "the timer's record is the last");
            timer_seen = kind as u32 == TIMER;
            let (kind, a, slot, d, head) = (kind as u32, a as u32, slot as u32, d as u32, head_of_record());
            self.told.push_back(Record { kind, a, slot, b, c, d, head });
        }
    }

    /// Carries out every record, as the host's loop does.
    fn run(&mut self) {
        while let Some(record) = self.told.pop_front() {
            self.handle(record);
        }
    }

    fn input(&mut self, what: u32, a: u32) {
        self.input_at(NOW, what, a);
    }

    fn input_at(&mut self, now: f64, what: u32, a: u32) {
        self.call(|manager| bindings::input(manager, now, what, a, 0, 0, 0));
        self.run();
    }

    fn frame(&mut self, text: &str) {
        let units = units(text);
        let (header, length) = (write(text, packet::header(&units).len()), units.len() as u32);
        self.call(|manager| bindings::frame(manager, NOW, TRANSPORT, put(text.into()), header, length));
        self.run();
    }

    fn binary(&mut self, bytes: &[u8]) {
        let slot = put_bytes(bytes.to_vec());
        self.call(|manager| bindings::input(manager, NOW, input::BINARY, TRANSPORT, slot, 0, 0));
        self.run();
    }

    fn emit(&mut self, json: &str, attachments: &[&[u8]], flags: u32, token: u32) {
        let (slot, count) = put_content(json, attachments);
        self.call(|manager| {
            assert_eq!(bindings::emit(manager, NOW, 0, slot, count, flags, token, f64::INFINITY), 0);
        });
        self.run();
    }

    fn acknowledge(&mut self, id: f64, json: &str, attachments: &[&[u8]]) {
        let (slot, count) = put_content(json, attachments);
        self.call(|manager| bindings::acknowledge(manager, NOW, 0, slot, count, id));
        self.run();
    }

    fn handle(&mut self, record: Record) {
        let Record { kind, a, slot, b, c, d, mut head } = record;
        let offset = b as usize;
        match kind {
            TIMER => self.timer = b,
            kind::READ_HANDSHAKE => {
                let read = read_handshake(&peeked(slot).cut_at(offset));
                let [flags, ping_interval, ping_timeout, max_payload] = read[..] else { panic!("{read:?}") };
                let flags = flags as u32;
                self.call(|manager| {
                    bindings::handshake(manager, NOW, a, slot, flags, ping_interval, ping_timeout, max_payload);
                });
            }
            kind::READ_CONNECT => {
                let flags = read_connect(&peeked(slot).cut_at(offset), None);
                self.call(|manager| bindings::input(manager, NOW, input::JOINED, a, slot, b as u32, flags));
            }
            kind::AUTH => self.call(|manager| bindings::input(manager, NOW, input::AUTHORIZE, a, 0, b as u32, 0)),
            EVENT => {
                let content = taken(slot);
                let ack = (c >= 0.0).then_some(c as u64);
                let attachments = content.attachments().to_vec();
                self.heard.events.push(Event { json: content.cut_at(offset), ack, attachments });
            }
            kind::ACK => head = format!("{c} {}", taken(slot).cut_at(offset)),
            kind::CAUSE => {
                if slot != 0 {
                    take(slot);
                }
                self.heard.error = Some(c as u64);
                head = format!("{b}");
            }
            kind::SEND => {
                head = head.replacen('/', &self.namespaces[d as usize], 1);
                if c as u32 & 7 != 0 {
                    head.push_str(&taken(slot).to_string());
                }
            }
            kind::DROPPED => head = format!("{b} {c} {d} {}", taken(slot)),
            kind::HANDSHAKE | kind::CONNECTED => drop(take(slot)),
            kind::CONNECT_ERROR | kind::UPGRADE_ERROR if slot != 0 => drop(take(slot)),
            _ => assert_eq!(slot, 0, "{kind}"),
        }
        self.records.push((kind, head));
    }

    /// The heads and contents of what was sent since the last look, and `FLUSH` where a body was posted.
    fn sent(&mut self) -> Vec<String> {
        let records = self.records.drain(..).filter(|(kind, _)| [kind::SEND, kind::FLUSH].contains(kind));
        records.map(|(kind, head)| if kind == kind::SEND { head } else { "FLUSH".to_owned() }).collect()
    }

    /// Closes everything; what is left in the slots is lost.
    fn destroy(mut self) -> Heard {
        self.input(input::CLOSE, 0);
        self.call(bindings::destroy);
        assert!(self.told.is_empty(), "nobody is left who could hear it");
        self.heard
    }
}

/// Hands over the first code units of a text.
fn write(text: &str, count: usize) -> u32 {
    write_units(&wasm_bindgen::memory(), bindings::buffers() as u32, text, count as u32);
    count as u32
}

/// The slot of a text with its attachments, and their number.
fn put_content(json: &str, attachments: &[&[u8]]) -> (u32, u32) {
    let slots: Vec<u32> = attachments.iter().map(|bytes| put_bytes(bytes.to_vec())).collect();
    (put_with(json, &slots), slots.len() as u32)
}

/// The text that a slot holds; it stays there.
fn peeked(slot: u32) -> Data {
    Data::Text(peek(slot).as_string().expect("a text"))
}

/// What a slot holds; it is empty afterwards.
fn taken(slot: u32) -> Data {
    let attachments: Vec<Data> = split(slot).into_iter().map(taken).collect();
    if !is_text(slot) {
        return Data::Binary(take_bytes(slot));
    }
    let text = take(slot).as_string().unwrap();
    if attachments.is_empty() { Data::Text(text) } else { Data::Parts(text, attachments) }
}

fn play_to_bindings(frames: &[Frame]) -> Heard {
    let mut host = Host::new(WEBSOCKET);
    for frame in frames {
        match frame {
            Frame::Text(text) => host.frame(text),
            Frame::Binary(bytes) => host.binary(bytes),
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
fn an_event_with_attachments_is_one_slot_and_so_is_its_ack() {
    let mut host = Host::joined(WEBSOCKET);
    host.frame(r#"452-8["e",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#);
    host.binary(&[1]);
    assert!(host.heard.events.is_empty(), "one is missing");
    host.binary(&[2, 3]);
    let [Event { ack, attachments, .. }] = &host.heard.events[..] else { panic!("{:?}", host.heard) };
    assert_eq!((ack, &attachments[..]), (&Some(8), &[Data::Binary(vec![1]), Data::Binary(vec![2, 3])][..]));
    host.acknowledge(8.0, "[4]", &[&[5]]);
    host.acknowledge(9_007_199_254_740_991.0, "[]", &[]);
    assert_eq!(host.sent(), ["461-8[4]", "<05>", "439007199254740991[]"]);
    host.destroy();
    assert_eq!(held(), 0, "no slot is left");
}

#[wasm_bindgen_test]
fn a_head_has_a_placeholder_for_its_sockets_namespace() {
    let mut host = Host::joined(WEBSOCKET);
    host.socket("/é", 0.0, f64::INFINITY);
    host.call(|manager| bindings::input(manager, NOW, input::CONNECT, 1, 0, 0, 0));
    host.run();
    host.frame(r#"40/é,{"sid":"t"}"#);
    host.call(|manager| {
        bindings::emit(manager, NOW, 1, put(r#"["/"]"#.into()), 0, 2, 7, f64::INFINITY);
    });
    let heads: Vec<_> = host.told.iter().map(|record| (record.head.clone(), record.d)).collect();
    assert_eq!(heads, [("42/,0".to_owned(), 1)]);
    host.run();
    host.emit(r#"["/"]"#, &[], 0, 0);
    assert_eq!(host.sent(), ["40/é,", r#"42/é,0["/"]"#, r#"42["/"]"#]);
    assert_eq!([0, 1].map(|socket| bindings::active(host.manager, socket)), [1, 1]);
    host.destroy();
    assert_eq!(held(), 0, "no slot is left");
}

#[wasm_bindgen_test]
fn polling_bodies_are_batched_by_the_hosts_byte_lengths() {
    let mut host = Host::joined_by(NARROW, POLLING);
    host.input(input::TURN, 0);
    assert_eq!(host.sent(), ["40", "FLUSH"]);
    host.input(input::DRAINED, TRANSPORT);
    for json in ["[1]", "[2]", r#"["é"]"#] {
        host.emit(json, &[], 0, 0);
    }
    host.emit("[4]", &[&[1, 2, 3, 4]], 0, 0);
    host.input(input::TURN, 0);
    let mut bodies = Vec::new();
    loop {
        let sent = host.sent();
        if sent.is_empty() {
            break;
        }
        bodies.push(sent);
        host.input(input::DRAINED, TRANSPORT);
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
fn what_the_server_would_not_take_is_given_back() {
    let mut host = Host::joined_by(NARROW, WEBSOCKET);
    host.emit("[12345678]", &[], 2, 7);
    host.emit("[1]", &[&[0; 12]], 0, 0);
    host.acknowledge(1.0, "[1234567]", &[]);
    host.emit("[1]", &[&[0; 3]], 0, 0);
    let dropped = host.records.iter().filter(|(kind, _)| *kind == kind::DROPPED).map(|(_, what)| what.as_str());
    assert_eq!(dropped.collect::<Vec<_>>(), ["11 7 13 [12345678]", "11 0 12 [1]", "27 0 12 [1234567]"]);
    assert_eq!(host.sent(), ["451-[1]", "<000000>"]);
    host.destroy();
    assert_eq!(held(), 0, "no slot is left");
}

#[wasm_bindgen_test]
fn what_is_buffered_can_be_looked_at_and_stays_the_cores() {
    let mut host = Host::new(WEBSOCKET);
    host.emit("[1]", &[], 0, 0);
    host.emit("[2]", &[&[1]], 0, 0);
    for _ in 0..2 {
        host.call(|manager| bindings::buffered(manager, 0));
        let look: Vec<_> = host.told.drain(..).map(|record| (record.kind, taken(record.slot))).collect();
        let parts = Data::Parts("[2]".to_owned(), vec![Data::Binary(vec![1])]);
        assert_eq!(look, [(kind::BUFFERED, Data::text("[1]")), (kind::BUFFERED, parts)]);
    }
    host.destroy();
    assert_eq!(held(), 0, "what was never sent is released");
}

#[wasm_bindgen_test]
fn a_retry_duplicates_the_slot() {
    let mut host = Host::with_options(WEBSOCKET, 2.0, 500.0);
    host.frame(HANDSHAKE);
    host.frame(r#"40{"sid":"s"}"#);
    host.sent();
    host.emit("[1]", &[&[7]], 0, 0);
    host.input_at(NOW + 500.0, input::TIMEOUT, 0);
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
    host.input_at(NOW + 10_000.0, input::TIMEOUT, 0);
    assert_eq!(host.timer, NOW + 45_000.0, "the heartbeat");
    host.records.clear();
    host.emit("[1]", &[], 0, 0);
    assert!(host.records.iter().all(|(kind, _)| *kind != TIMER), "nothing changed");
    host.destroy();
}

#[wasm_bindgen_test]
fn calls_for_what_does_not_exist_change_nothing_and_free_their_slots() {
    let mut host = Host::joined(WEBSOCKET);
    let nobody = 99;
    let put = |value: &str| put(value.into());
    host.call(|manager| _ = bindings::emit(manager, NOW, nobody, put("[]"), 0, 0, 0, 0.0));
    host.call(|manager| _ = bindings::emit(manager, NOW, nobody, put_content("[]", &[&[1]]).0, 1, 0, 0, 0.0));
    host.call(|manager| bindings::acknowledge(manager, NOW, nobody, put("[]"), 0, 0.0));
    host.call(|manager| bindings::buffered(manager, nobody));
    host.call(|manager| bindings::frame(manager, NOW, nobody, put("2"), write("2", 1), 1));
    host.call(|manager| bindings::handshake(manager, NOW, nobody, put("0{}"), 0, 0.0, 0.0, 0.0));
    for what in input::CONNECT..input::MALFORMED {
        host.call(|manager| bindings::input(manager, NOW, what, nobody, put("x"), 1, 3));
    }
    host.call(|manager| bindings::input(manager, NOW, input::NETWORK + nobody, 0, put("x"), 0, 0));
    assert_eq!(held(), 0, "no slot is left");
    assert_eq!(bindings::active(host.manager, nobody), 0);
    assert!(host.told.is_empty());
    host.emit("[1]", &[], 0, 0);
    assert_eq!(host.sent(), ["42[1]"], "the connection goes on");
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
