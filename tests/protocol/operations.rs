//! Whatever the app, the server and the network do, in whatever order: no panic, and commands that a host can carry out. The
//! checks are those of `wire.rs`, on every command.

use ferrio::config::TransportKind::{Polling, WebSocket};
use ferrio::config::TransportList;
use ferrio::engineio::TransportId;
use ferrio::error::{DisconnectReason, ProtocolError};
use ferrio::socketio::{EmitOptions, Joined, NetworkChange, SocketId, SocketState};
use proptest::collection::vec;
use proptest::prelude::*;

use super::data::Data;
use super::scenario::{Hello, ROOT, Scenario};

#[derive(Clone, Debug)]
enum Operation {
    Connect(u32),
    Disconnect(u32),
    Emit { socket: u32, attachments: usize, volatile: bool, ack: bool, timeout: f64 },
    Acknowledge(u64),
    Open(bool),
    Close,
    CloseEngine,
    Authorize { socket: u32, attempt: u32 },
    FailAuth { socket: u32, attempt: u32 },
    Joined { socket: u32, sid: bool, same_pid: bool },
    Malformed,
    Network(NetworkChange),
    EndTurn,
    Advance(f64),
    Sleep(f64),
    Hello { max_payload: Option<usize>, upgradable: bool },
    OpenWebsocket,
    Answer(Vec<String>),
    Frame { transport: u32, frame: String },
    Binary(u32),
    Drain,
    Lose { transport: u32, error: bool },
}

/// Frames that mean something, and some that do not.
const FRAMES: [&str; 32] = [
    r#"0{"sid":"e","upgrades":["websocket"],"pingInterval":300,"pingTimeout":200,"maxPayload":64}"#,
    "0{}",
    "1",
    "2",
    "3",
    "3probe",
    "5",
    "6",
    "",
    "x",
    r#"40{"sid":"s","pid":"p"}"#,
    r#"40/a,{"sid":"a"}"#,
    r#"40/b,{"sid":"b","pid":"q"}"#,
    "40",
    "41",
    "41/a,",
    r#"42["e"]"#,
    r#"42["e"]"#,
    r#"42/a,3["e"]"#,
    r#"420["e"]"#,
    "430[]",
    "431[]",
    "43/a,0[]",
    r#"44{"message":"no"}"#,
    r#"44/a,"no""#,
    r#"451-["e",{"_placeholder":true,"num":0}]"#,
    r#"452-/a,["e"]"#,
    "461-0[]",
    "bAQ==",
    "4511-[]",
    "47",
    "42",
];

fn operation() -> impl Strategy<Value = Operation> {
    let socket = || 0..3u32;
    let transport = || 0..8u32;
    let frame = || prop::sample::select(FRAMES.to_vec()).prop_map(str::to_owned);
    let change = prop::sample::select(vec![
        NetworkChange::Offline,
        NetworkChange::Online,
        NetworkChange::Visible,
        NetworkChange::PageShow,
        NetworkChange::Freeze,
        NetworkChange::Resume,
        NetworkChange::BeforeUnload,
    ]);
    let timeout = prop::sample::select(vec![0.0, 50.0, f64::INFINITY]);
    prop_oneof![
        4 => socket().prop_map(Operation::Connect),
        1 => socket().prop_map(Operation::Disconnect),
        8 => (socket(), 0..3usize, any::<bool>(), any::<bool>(), timeout).prop_map(
            |(socket, attachments, volatile, ack, timeout)| Operation::Emit { socket, attachments, volatile, ack, timeout }
        ),
        1 => (0..5u64).prop_map(Operation::Acknowledge),
        1 => any::<bool>().prop_map(Operation::Open),
        1 => Just(Operation::Close),
        1 => Just(Operation::CloseEngine),
        3 => (socket(), 0..4u32).prop_map(|(socket, attempt)| Operation::Authorize { socket, attempt }),
        1 => (socket(), 0..4u32).prop_map(|(socket, attempt)| Operation::FailAuth { socket, attempt }),
        1 => (socket(), any::<bool>(), any::<bool>())
            .prop_map(|(socket, sid, same_pid)| Operation::Joined { socket, sid, same_pid }),
        1 => Just(Operation::Malformed),
        1 => change.prop_map(Operation::Network),
        3 => Just(Operation::EndTurn),
        4 => (0..2_000u32).prop_map(|millis| Operation::Advance(f64::from(millis))),
        1 => (0..60_000u32).prop_map(|millis| Operation::Sleep(f64::from(millis))),
        8 => (prop::option::of(1..80usize), any::<bool>())
            .prop_map(|(max_payload, upgradable)| Operation::Hello { max_payload, upgradable }),
        5 => Just(Operation::OpenWebsocket),
        8 => vec(frame(), 0..5).prop_map(Operation::Answer),
        8 => (transport(), frame()).prop_map(|(transport, frame)| Operation::Frame { transport, frame }),
        2 => transport().prop_map(Operation::Binary),
        6 => Just(Operation::Drain),
        1 => (transport(), any::<bool>()).prop_map(|(transport, error)| Operation::Lose { transport, error }),
    ]
}

/// The `nth` living transport, counted from the youngest, or one that does not exist.
fn nth(scenario: &Scenario, nth: u32) -> TransportId {
    TransportId(scenario.wire.transports.keys().rev().nth(nth as usize).copied().unwrap_or(1_000_000))
}

fn play(scenario: &mut Scenario, operation: Operation) {
    match operation {
        Operation::Connect(socket) => scenario.connect(SocketId(socket)),
        Operation::Disconnect(socket) => scenario.disconnect(SocketId(socket)),
        Operation::Emit { socket, attachments, volatile, ack, timeout } => {
            let options =
                EmitOptions { volatile, ack: ack.then_some(7), wants_error: ack, timeout, compress: true, late: false };
            scenario.emit_with(SocketId(socket), r#"["é",1]"#, &vec![&[1u8, 2][..]; attachments], options);
        }
        Operation::Acknowledge(id) => scenario.acknowledge(id, "[]", &[]),
        Operation::Open(reconnect) => scenario.open(reconnect),
        Operation::Close => scenario.close(),
        Operation::CloseEngine => scenario.close_engine(),
        Operation::Authorize { socket, attempt } => scenario.authorize(SocketId(socket), attempt, None),
        Operation::FailAuth { socket, attempt } => scenario.fail_auth(SocketId(socket), attempt, "no"),
        Operation::Joined { socket, sid, same_pid } => scenario.input(|manager, now| {
            let (frame, joined) = (Data::text(r#"40{"sid":"s"}"#), Ok(Joined { sid, same_pid }));
            manager.handle_connect(SocketId(socket), frame, 2, joined, now);
        }),
        Operation::Malformed => {
            scenario.input(|manager, now| manager.handle_malformed(ProtocolError::BadJson, None, now));
        }
        Operation::Network(change) => scenario.network(change),
        Operation::EndTurn => scenario.end_turn(),
        Operation::Advance(millis) => scenario.advance(millis),
        Operation::Sleep(millis) => scenario.sleep(millis),
        Operation::Hello { max_payload, upgradable } => say_hello(scenario, max_payload, upgradable),
        Operation::OpenWebsocket => {
            let unopened = |id: &TransportId| !scenario.wire.transports[&id.0].opened;
            if scenario.wire.latest(WebSocket).filter(unopened).is_some() {
                scenario.open_websocket();
            }
        }
        Operation::Answer(packets) => {
            let polls = |id: &TransportId| scenario.wire.transports[&id.0].get;
            if scenario.wire.latest(Polling).filter(polls).is_some() {
                let packets: Vec<&str> = packets.iter().map(String::as_str).collect();
                scenario.answer(&packets);
            }
        }
        Operation::Frame { transport, frame } => {
            let transport = nth(scenario, transport);
            let is_open = |transport: &super::wire::Transport| transport.opened || transport.get;
            if scenario.wire.transports.get(&transport.0).is_none_or(is_open) {
                scenario.frame(transport, &frame);
            }
        }
        Operation::Binary(transport) => {
            let transport = nth(scenario, transport);
            scenario.input(|manager, now| manager.handle_binary(transport, 1, Data::Binary(vec![1]), now));
        }
        Operation::Drain => {
            let posts = |id: &TransportId| scenario.wire.transports[&id.0].post;
            if scenario.wire.latest(Polling).filter(posts).is_some() {
                scenario.drain();
            }
        }
        Operation::Lose { transport, error } => {
            let transport = nth(scenario, transport);
            let reason = if error { DisconnectReason::TransportError } else { DisconnectReason::TransportClose };
            scenario.lose_transport(transport, reason, error.then_some("lost"));
        }
    }
}

/// A good handshake, where a transport can bring one.
fn say_hello(scenario: &mut Scenario, max_payload: Option<usize>, upgradable: bool) {
    let Some(youngest) = scenario.wire.transports.values().next_back() else {
        return;
    };
    if youngest.get || youngest.kind != Polling {
        let hello = if upgradable { Hello::upgradable() } else { Hello::default() };
        scenario.say_hello_at_once(&Hello { max_payload, ping_interval: 2_000, ping_timeout: 1_000, ..hello });
    }
}

/// The app's view is consistent: sockets are told in pairs, and only the connected hear events.
fn check_lines(lines: &[String]) {
    let mut connected = std::collections::BTreeSet::new();
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["connected", socket, ..] => assert!(connected.insert(socket), "{socket} connected twice: {lines:#?}"),
            ["disconnect", socket, ..] => {
                connected.remove(socket);
            }
            ["connect", socket] => assert!(connected.contains(socket), "{socket} is not connected: {lines:#?}"),
            ["event", socket, ..] => assert!(connected.contains(socket), "an event for {socket}: {lines:#?}"),
            _ => {}
        }
    }
}

proptest! {
    // More of them: PROPTEST_CASES=20000.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_order_of_operations_is_survived(
        operations in vec(operation(), 1..120),
        websocket_first in any::<bool>(),
        retries in 0..3u32,
        answers_auth in prop::bool::weighted(0.8),
        try_all in any::<bool>(),
    ) {
        let mut scenario = Scenario::configured(|config| {
            config.engine.try_all_transports = try_all;
            config.engine.remember_upgrade = try_all;
            config.max_early_events = 3;
            config.engine.transports = match websocket_first {
                true => TransportList::new(&[WebSocket, Polling]),
                false => TransportList::new(&[Polling, WebSocket]),
            };
        })
        .with_socket_config(|socket| socket.retries = retries);
        scenario.answers_auth = answers_auth;
        for name in ["/a", "/b"] {
            scenario.socket(name);
        }
        for operation in operations {
            play(&mut scenario, operation);
            prop_assert!(scenario.wire.transports.len() <= 10);
        }
        check_lines(&scenario.take());

        // Afterwards a goodbye leaves nothing: no transport, no timer but those of acks that nobody answered.
        for socket in 0..3 {
            scenario.disconnect(SocketId(socket));
        }
        scenario.close();
        scenario.advance(3_600_000.0);
        prop_assert!(scenario.wire.transports.is_empty());
        prop_assert_eq!(scenario.timer(), None);
        prop_assert_eq!(scenario.manager.socket_state(ROOT), SocketState::Inactive);

        // And the next good server works.
        scenario.answers_auth = true;
        scenario.connect(ROOT);
        scenario.take();
        scenario.say_hello_at_once(&Hello::default());
        scenario.end_turn();
        if scenario.is_posting() {
            scenario.drain();
        }
        scenario.receive(r#"40{"sid":"s"}"#);
        prop_assert!(scenario.take().contains(&"connect /".to_owned()));
    }
}
