//! Joining, refusing and leaving namespaces over one engine.

use ferrio::config::TransportKind::{Polling, WebSocket};
use ferrio::socketio::{EmitOptions, SocketState};

use super::scenario::{Hello, ROOT, Scenario};

/// `/` has not heard back about its CONNECT over websocket.
fn joining() -> Scenario {
    let mut scenario = Scenario::starting_with(WebSocket).opening();
    scenario.say_hello(&Hello::default());
    scenario.forget()
}

#[test]
fn the_order_is_early_events_then_buffered_emits_then_the_retry_queue_then_connect() {
    let mut scenario = Scenario::starting_with(WebSocket);
    scenario.manager.socket_config_mut(ROOT).unwrap().retries = 0;
    scenario.emit(r#"["buffered"]"#);
    scenario.manager.socket_config_mut(ROOT).unwrap().retries = 1;
    scenario.emit(r#"["queued"]"#);
    scenario.connect(ROOT);
    scenario.say_hello(&Hello::default());
    scenario.take();
    scenario.push(r#"42["early"]"#);
    scenario.expect(&[]);
    scenario.push(r#"40{"sid":"s"}"#);
    scenario.expect(&[
        r#"connected / {"sid":"s"}"#,
        r#"event / ["early"]"#,
        r#"send #1 42["buffered"]"#,
        r#"send #1 420["queued"]"#,
        "connect /",
    ]);
}

#[test]
fn sockets_of_one_manager_share_the_engine_and_hear_only_their_own() {
    let mut scenario = Scenario::connected_over(WebSocket);
    let [a, b] = ["/a", "/b"].map(|name| scenario.socket(name));
    scenario.connect(a);
    scenario.connect(b);
    scenario.expect(&["send #1 40/a,", "send #1 40/b,"]);
    scenario.push(r#"40/b,{"sid":"b"}"#);
    scenario.push(r#"40/a,{"sid":"a"}"#);
    scenario.expect(&[r#"connected /b {"sid":"b"}"#, "connect /b", r#"connected /a {"sid":"a"}"#, "connect /a"]);
    scenario.push(r#"42/a,["x"]"#);
    scenario.push(r#"42["y"]"#);
    scenario.push(r#"42/b,7["z"]"#);
    scenario.expect(&[r#"event /a ["x"]"#, r#"event / ["y"]"#, r#"event /b ["z"] wants ack 7"#]);
    scenario.emit_with(b, "[1]", &[], EmitOptions::default());
    scenario.expect(&["send #1 42/b,[1]"]);
}

#[test]
fn a_namespace_has_one_socket() {
    let mut scenario = Scenario::new();
    let names: Vec<String> = (0..200).map(|n| format!("/{}", n * 7919 % 200)).collect();
    let sockets: Vec<_> = names.iter().map(|name| scenario.socket(name)).collect();
    for (name, socket) in names.iter().zip(&sockets) {
        assert_eq!(scenario.socket(name), *socket);
        assert_eq!(String::from_utf16(scenario.manager.namespace(*socket)).unwrap(), *name);
    }
}

#[test]
fn a_refusal_is_a_connect_error_with_the_servers_data() {
    let mut scenario = joining();
    let chat = scenario.socket("/chat");
    scenario.connect(chat);
    scenario.take();
    scenario.push(r#"44/chat,{"message":"not you","data":{"code":7}}"#);
    scenario.expect(&[r#"connect error /chat Denied: {"message":"not you","data":{"code":7}}"#]);
    assert_eq!(scenario.manager.socket_state(chat), SocketState::Inactive);
}

#[test]
fn a_refusal_may_be_a_string_or_nothing() {
    for (frame, detail) in [(r#"44"no""#, r#""no""#), ("44", "")] {
        let mut scenario = joining();
        scenario.push(frame);
        let lines = scenario.take();
        assert!(lines.contains(&format!("connect error / Denied: {detail}")), "{lines:?}");
    }
}

#[test]
fn the_manager_closes_when_the_only_socket_is_refused() {
    let mut scenario = joining();
    scenario.push(r#"44{"message":"no"}"#);
    let mut lines = scenario.take();
    lines.sort();
    assert_eq!(
        lines,
        [
            "close #1",
            "closed: forced close",
            r#"connect error / Denied: {"message":"no"}"#,
            "engine closed: forced close"
        ]
    );
    scenario.advance(60_000.0);
    scenario.expect(&[]);
}

#[test]
fn a_refused_socket_joins_when_the_app_connects_it_again() {
    let mut scenario = joining();
    scenario.push(r#"44{"message":"no"}"#);
    scenario.take();
    scenario.connect(ROOT);
    scenario.say_hello(&Hello::default());
    scenario.push(r#"40{"sid":"s"}"#);
    let lines = scenario.take();
    assert_eq!(lines.last().unwrap(), "connect /");
}

#[test]
fn a_refusal_after_joining_disconnects() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.push(r#"44{"message":"out"}"#);
    scenario.expect(&[
        "close #1",
        "engine closed: forced close",
        "closed: forced close",
        "disconnect / io server disconnect",
        r#"connect error / Denied: {"message":"out"}"#,
    ]);
    assert_eq!(scenario.manager.socket_state(ROOT), SocketState::Inactive);
}

#[test]
fn unknown_namespaces_are_ignored() {
    let mut scenario = Scenario::connected_over(WebSocket);
    for frame in [
        r#"40/x,{"sid":"x"}"#,
        "41/x,",
        "41/x",
        r#"42/x,["a"]"#,
        r#"42/x,3["a"]"#,
        "43/x,3[]",
        r#"44/x,{"message":"no"}"#,
    ] {
        scenario.push(frame);
        scenario.expect(&[]);
    }
    scenario.push(r#"451-/x,["a",{"_placeholder":true,"num":0}]"#);
    scenario.push_binary(&[1]);
    scenario.expect(&[]);
    scenario.push(r#"42["still here"]"#);
    scenario.expect(&[r#"event / ["still here"]"#]);
}

#[test]
fn a_namespace_that_does_not_answer_times_out_and_is_asked_again() {
    let mut scenario = joining();
    scenario.advance(9_999.0);
    scenario.expect(&[]);
    scenario.advance(1.0);
    scenario.expect(&["connect error / NamespaceTimeout, retry in 0 ms", "send #1 40"]);
    scenario.push(r#"40{"sid":"s"}"#);
    scenario.expect(&[r#"connected / {"sid":"s"}"#, "connect /"]);
    scenario.advance(20_000.0);
    scenario.expect(&[]);
}

#[test]
fn a_repeated_answer_to_connect_changes_nothing() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.push(r#"40{"sid":"s"}"#);
    scenario.expect(&[]);
}

#[test]
fn a_server_of_socketio_2_is_recognised() {
    for frame in ["40", "40{}", r#"40{"sid":""}"#, r#"40{"sid":7}"#] {
        let mut scenario = joining();
        scenario.push(frame);
        let lines = scenario.take();
        assert!(lines.last().unwrap().starts_with("connect error / ServerV2"), "{frame}: {lines:?}");
        assert!(scenario.wire.transports.is_empty(), "{frame}");
    }
}

#[test]
fn an_answer_to_connect_that_is_no_object_breaks_the_protocol() {
    for frame in ["40[]", r#"40"s""#, "40{", "40nonsense"] {
        let mut scenario = joining();
        scenario.push(frame);
        assert_eq!(scenario.take()[1], format!("cause Protocol(BadPayload): {frame}"));
    }
}

#[test]
fn a_socket_that_left_before_the_answer_leaves_again_when_it_comes() {
    let mut scenario = Scenario::connected_over(WebSocket);
    let chat = scenario.socket("/chat");
    scenario.connect(chat);
    scenario.expect(&["send #1 40/chat,"]);
    scenario.disconnect(chat);
    scenario.expect(&[]);
    scenario.push(r#"40/chat,{"sid":"c"}"#);
    scenario.expect(&["send #1 41/chat,"]);
    assert_eq!(scenario.manager.socket_state(chat), SocketState::Inactive);
}

#[test]
fn a_server_that_joins_on_its_own_is_answered_once_at_most() {
    let mut scenario = Scenario::connected_over(WebSocket);
    let chat = scenario.socket("/chat");
    scenario.push(r#"40/chat,{"sid":"c"}"#);
    scenario.expect(&[]);
    scenario.connect(chat);
    scenario.disconnect(chat);
    scenario.take();
    for _ in 0..3 {
        scenario.push(r#"40/chat,{"sid":"c"}"#);
    }
    scenario.expect(&["send #1 41/chat,"]);
}

#[test]
fn emits_before_joining_are_buffered_in_order() {
    let mut scenario = Scenario::starting_with(WebSocket);
    scenario.emit("[1]");
    scenario.connect(ROOT);
    scenario.emit("[2]");
    scenario.say_hello(&Hello::default());
    scenario.emit("[3]");
    assert_eq!(scenario.buffered(), ["[1]", "[2]", "[3]"]);
    scenario.take();
    scenario.push(r#"40{"sid":"s"}"#);
    scenario.expect(&[r#"connected / {"sid":"s"}"#, "send #1 42[1]", "send #1 42[2]", "send #1 42[3]", "connect /"]);
    assert!(scenario.buffered().is_empty());
}

#[test]
fn emits_after_a_loss_are_buffered_and_sent_after_reconnection() {
    for kind in [Polling, WebSocket] {
        let mut scenario = Scenario::connected_over(kind);
        scenario.lose("reset");
        scenario.emit("[1]");
        scenario.emit("[2]");
        scenario.advance(1_000.0);
        let mut scenario = scenario.forget();
        scenario.say_hello(&Hello::default());
        scenario.end_turn();
        if kind == Polling {
            scenario.drain();
        }
        scenario.take();
        scenario.receive(r#"40{"sid":"t"}"#);
        let lines = scenario.take();
        let sent: Vec<_> = lines.iter().filter(|line| line.contains("42")).collect();
        match kind {
            Polling => assert_eq!(sent, ["post #2 42[1]␞42[2]"]),
            _ => assert_eq!(sent, ["send #2 42[1]", "send #2 42[2]"]),
        }
    }
}

#[test]
fn a_loss_before_the_answer_is_told_as_a_disconnect() {
    let mut scenario = joining();
    scenario.lose("reset");
    scenario.expect(&[
        "close #1",
        "cause Transport: reset",
        "engine closed: transport error",
        "disconnect / transport error, cause above",
        "closed: transport error",
        "waiting 1: 1000 ms",
    ]);
}
