//! From nothing to a joined namespace, on each transport.

use ferrio::config::TransportKind::{Polling, WebSocket};
use ferrio::socketio::SocketState;

use super::scenario::{Hello, ROOT, Scenario};

#[test]
fn polling_connects_with_one_get_and_joins_with_one_post() {
    let mut scenario = Scenario::new();
    scenario.connect(ROOT);
    scenario.expect(&["engine polling", "open #1 polling", "get #1"]);
    scenario.say_hello(&Hello::default());
    scenario.expect(&["handshake", "opened", "post #1 40", "get #1"]);
    scenario.drain();
    scenario.answer(&[r#"40{"sid":"s"}"#]);
    scenario.expect(&[r#"connected / {"sid":"s"}"#, "connect /", "get #1"]);
    assert_eq!(scenario.manager.socket_state(ROOT), SocketState::Connected);
}

#[test]
fn websocket_connects_and_joins() {
    let mut scenario = Scenario::starting_with(WebSocket);
    scenario.connect(ROOT);
    scenario.expect(&["engine websocket", "open #1 websocket"]);
    scenario.open_websocket();
    scenario.expect(&[]);
    scenario.say_hello(&Hello::default());
    scenario.expect(&["handshake", "opened", "send #1 40"]);
    scenario.push(r#"40{"sid":"s"}"#);
    scenario.expect(&[r#"connected / {"sid":"s"}"#, "connect /"]);
}

#[test]
fn the_open_packet_and_the_answer_to_connect_may_share_a_polling_body() {
    let mut scenario = Scenario::new().opening();
    scenario.answer(&[
        r#"0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000}"#,
        r#"40{"sid":"s"}"#,
        r#"42["hello"]"#,
    ]);
    let lines = scenario.take();
    assert!(lines.contains(&r#"event / ["hello"]"#.to_owned()), "{lines:?}");
}

#[test]
fn every_socket_that_wants_to_connect_joins_in_one_body() {
    let mut scenario = Scenario::new();
    let admin = scenario.socket("/admin");
    scenario.connect(ROOT);
    scenario.connect(admin);
    scenario.expect(&["engine polling", "open #1 polling", "get #1"]);
    scenario.say_hello(&Hello::default());
    scenario.expect(&["handshake", "opened", "post #1 40␞40/admin,", "get #1"]);
}

#[test]
fn a_manager_opens_without_a_socket() {
    let mut scenario = Scenario::new();
    scenario.open(true);
    scenario.say_hello(&Hello::default());
    scenario.expect(&["engine polling", "open #1 polling", "get #1", "handshake", "opened", "get #1"]);
}

#[test]
fn opening_what_is_open_changes_nothing() {
    for kind in [Polling, WebSocket] {
        let mut scenario = Scenario::connected_over(kind);
        scenario.open(true);
        scenario.connect(ROOT);
        scenario.expect(&[]);
    }
}

#[test]
fn events_go_both_ways_on_each_transport() {
    let mut scenario = Scenario::connected_over(Polling);
    scenario.emit(r#"["up",1]"#);
    scenario.answer(&[r#"42["down",2]"#]);
    scenario.expect(&[r#"post #1 42["up",1]"#, r#"event / ["down",2]"#, "get #1"]);

    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.emit(r#"["up",1]"#);
    scenario.push(r#"42["down",2]"#);
    scenario.expect(&[r#"send #1 42["up",1]"#, r#"event / ["down",2]"#]);
}
