//! The server pings; when it does not in time, the session is over.

use ferrio::config::TransportKind::{Polling, WebSocket};

use super::scenario::{Hello, Scenario};

const PERIOD: f64 = 45_000.0;
const LOST: [&str; 5] = [
    "close #1",
    "engine closed: ping timeout",
    "disconnect / ping timeout",
    "closed: ping timeout",
    "waiting 1: 1000 ms",
];

#[test]
fn a_ping_is_answered_with_a_pong() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.push("2");
    scenario.expect(&["send #1 3", "ping"]);

    let mut scenario = Scenario::connected_over(Polling);
    scenario.answer(&["2"]);
    scenario.expect(&["ping", "post #1 3", "get #1"]);
}

#[test]
fn several_pings_in_one_polling_body_are_answered_once() {
    let mut scenario = Scenario::connected_over(Polling);
    scenario.answer(&["2", "2", "2"]);
    scenario.expect(&["ping", "ping", "ping", "post #1 3", "get #1"]);
}

#[test]
fn a_silent_server_is_noticed_when_interval_and_timeout_are_over() {
    for kind in [Polling, WebSocket] {
        let mut scenario = Scenario::connected_over(kind);
        scenario.advance(PERIOD - 1.0);
        scenario.expect(&[]);
        scenario.advance(1.0);
        scenario.expect(&LOST);
    }
}

#[test]
fn each_ping_moves_the_deadline() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.advance(PERIOD - 1.0);
    scenario.push("2");
    scenario.take();
    scenario.advance(PERIOD - 1.0);
    scenario.expect(&[]);
    scenario.advance(1.0);
    scenario.expect(&LOST);
}

#[test]
fn the_deadline_is_the_servers_own() {
    let hello = Hello { ping_interval: 300, ping_timeout: 200, ..Hello::default() };
    let mut scenario = Scenario::starting_with(WebSocket).connected_to(&hello);
    assert_eq!(scenario.timer(), Some(500.0));
    scenario.advance(500.0);
    scenario.expect(&LOST);
}

#[test]
fn other_packets_do_not_move_the_deadline() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.advance(PERIOD - 1.0);
    scenario.push(r#"42["a"]"#);
    scenario.push("6");
    scenario.take();
    scenario.advance(1.0);
    scenario.expect(&LOST);
}

#[test]
fn an_expired_heartbeat_is_noticed_on_emit_and_the_event_is_kept() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.sleep(PERIOD);
    scenario.emit(r#"["late"]"#);
    scenario.expect(&LOST);
    assert_eq!(scenario.buffered(), [r#"["late"]"#]);
    // Not at a deadline from before.
    assert_eq!(scenario.timer(), Some(1_000.0));
}

#[test]
fn a_pong_or_a_noop_of_the_server_is_ignored() {
    let mut scenario = Scenario::connected_over(WebSocket);
    for frame in ["3", "3probe", "6"] {
        scenario.push(frame);
        scenario.expect(&[]);
    }
}
