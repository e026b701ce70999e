//! The app closes: sockets, the manager, the engine; and how a session says goodbye.

use ferrio::config::TransportKind::{Polling, WebSocket};
use ferrio::socketio::SocketState;

use super::scenario::{Hello, ROOT, Scenario};

#[test]
fn disconnecting_the_last_socket_says_goodbye_and_closes_the_engine() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.disconnect(ROOT);
    scenario.expect(&[
        "send #1 41",
        "close #1",
        "engine closed: forced close",
        "closed: forced close",
        "disconnect / io client disconnect",
    ]);
    scenario.advance(60_000.0);
    scenario.expect(&[]);
    assert_eq!(scenario.manager.socket_state(ROOT), SocketState::Inactive);
}

#[test]
fn a_goodbye_over_polling_is_posted_before_the_transport_is_closed() {
    let mut scenario = Scenario::connected_over(Polling);
    scenario.emit("[1]");
    scenario.disconnect(ROOT);
    scenario.expect(&[
        "post #1 42[1]␞41",
        "engine closed: forced close",
        "closed: forced close",
        "disconnect / io client disconnect",
    ]);
    // In a body of its own: servers would not see a DISCONNECT that comes along with it.
    scenario.drain();
    scenario.expect(&["post #1 1"]);
    scenario.drain();
    scenario.expect(&["close #1"]);
}

#[test]
fn a_goodbye_waits_for_the_post_on_its_way() {
    let mut scenario = Scenario::connected_over(Polling);
    scenario.emit("[1]");
    scenario.expect(&["post #1 42[1]"]);
    scenario.emit("[2]");
    scenario.disconnect(ROOT);
    scenario.expect(&["engine closed: forced close", "closed: forced close", "disconnect / io client disconnect"]);
    scenario.drain();
    scenario.expect(&["post #1 42[2]␞41"]);
    scenario.drain();
    scenario.expect(&["post #1 1"]);
    scenario.drain();
    scenario.expect(&["close #1"]);
}

#[test]
fn a_goodbye_takes_as_many_bodies_as_max_payload_asks_for() {
    let mut scenario = Scenario::new().connected_to(&Hello { max_payload: Some(6), ..Hello::default() });
    scenario.emit("[1]");
    scenario.disconnect(ROOT);
    assert_eq!(scenario.take()[0], "post #1 42[1]");
    scenario.drain();
    scenario.expect(&["post #1 41"]);
    scenario.drain();
    scenario.expect(&["post #1 1"]);
    scenario.drain();
    scenario.expect(&["close #1"]);
}

#[test]
fn a_goodbye_that_hangs_is_cut_off_after_5_seconds() {
    let mut scenario = Scenario::connected_over(Polling);
    scenario.disconnect(ROOT);
    scenario.take();
    scenario.advance(4_999.0);
    scenario.expect(&[]);
    scenario.advance(1.0);
    scenario.expect(&["close #1"]);
}

#[test]
fn a_goodbye_is_cut_off_when_another_follows_or_after_5_seconds() {
    let mut scenario = Scenario::connected_over(Polling);
    scenario.disconnect(ROOT);
    scenario.advance(4_000.0);
    let mut scenario = scenario.connected();
    scenario.disconnect(ROOT);
    assert_eq!(scenario.take()[0], "close #1");
    scenario.advance(4_999.0);
    scenario.expect(&[]);
    scenario.advance(1.0);
    scenario.expect(&["close #2"]);
}

#[test]
fn a_goodbye_that_fails_is_told_to_nobody() {
    let mut scenario = Scenario::connected_over(Polling);
    scenario.disconnect(ROOT);
    scenario.take();
    scenario.lose("reset");
    scenario.expect(&["close #1"]);
}

#[test]
fn what_arrives_during_a_goodbye_is_dropped() {
    let mut scenario = Scenario::connected_over(Polling);
    scenario.disconnect(ROOT);
    scenario.take();
    scenario.answer(&["42[1]", "2"]);
    scenario.expect(&[]);
    scenario.drain();
    scenario.expect(&["post #1 1"]);
    scenario.drain();
    scenario.expect(&["close #1"]);
}

#[test]
fn the_app_can_connect_again_during_a_goodbye() {
    let mut scenario = Scenario::connected_over(Polling);
    scenario.disconnect(ROOT);
    scenario.take();
    scenario.connect(ROOT);
    scenario.expect(&["engine polling", "open #2 polling", "get #2"]);
    scenario.drain();
    scenario.expect(&["post #1 1"]);
    scenario.drain();
    scenario.expect(&["close #1"]);
    scenario.say_hello(&Hello::default());
    scenario.expect(&["handshake", "opened", "post #2 40", "get #2"]);
}

#[test]
fn disconnecting_one_of_two_sockets_keeps_the_engine() {
    let mut scenario = Scenario::connected_over(WebSocket);
    let chat = scenario.socket("/chat");
    scenario.connect(chat);
    scenario.push(r#"40/chat,{"sid":"c"}"#);
    scenario.take();
    scenario.disconnect(chat);
    scenario.expect(&["send #1 41/chat,", "disconnect /chat io client disconnect"]);
}

#[test]
fn disconnecting_while_the_engine_opens_gives_it_up() {
    for kind in [Polling, WebSocket] {
        let mut scenario = Scenario::starting_with(kind).opening();
        scenario.disconnect(ROOT);
        scenario.expect(&["close #1", "engine closed: forced close", "closed: forced close"]);
        assert_eq!(scenario.timer(), None);
    }
}

#[test]
fn disconnecting_while_an_attempt_waits_ends_reconnection() {
    let mut scenario = Scenario::new().waiting();
    scenario.disconnect(ROOT);
    assert_eq!(scenario.timer(), None);
    scenario.take();
    scenario.advance(60_000.0);
    scenario.expect(&[]);
}

#[test]
fn events_that_the_loop_has_not_delivered_yet_are_dropped_by_disconnect() {
    let mut scenario = Scenario::connected_over(WebSocket);
    let transport = scenario.latest(WebSocket);
    scenario.input(|manager, now| {
        let frame = super::data::Data::text("42[1]");
        manager.handle_frame(transport, &[0x34, 0x32], 5, frame, now);
        manager.disconnect(ROOT, now);
    });
    let lines = scenario.take();
    assert!(!lines.iter().any(|line| line.starts_with("event")), "{lines:?}");
}

#[test]
fn disconnecting_twice_is_disconnecting_once() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.disconnect(ROOT);
    scenario.take();
    scenario.disconnect(ROOT);
    scenario.expect(&[]);
}

#[test]
fn a_closed_manager_does_not_reconnect() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.close();
    scenario.expect(&["close #1", "disconnect / forced close", "engine closed: forced close", "closed: forced close"]);
    scenario.advance(60_000.0);
    scenario.expect(&[]);
}

#[test]
fn a_closed_manager_opens_again_for_a_socket_that_connects() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.close();
    scenario.take();
    scenario.connect(ROOT);
    scenario.expect(&["engine websocket", "open #2 websocket"]);
}

#[test]
fn closing_while_an_attempt_waits_ends_reconnection() {
    let mut scenario = Scenario::new().waiting();
    scenario.close();
    assert_eq!(scenario.timer(), None);
}

#[test]
fn closing_the_engine_is_followed_by_reconnection() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.close_engine();
    scenario.expect(&[
        "close #1",
        "engine closed: forced close",
        "disconnect / forced close",
        "closed: forced close",
        "waiting 1: 1000 ms",
    ]);
    scenario.advance(1_000.0);
    scenario.expect(&["reconnect attempt 1", "engine websocket", "open #2 websocket"]);
}

#[test]
fn closing_the_engine_over_polling_says_goodbye() {
    let mut scenario = Scenario::connected_over(Polling);
    scenario.close_engine();
    scenario.expect(&[
        "post #1 1",
        "engine closed: forced close",
        "disconnect / forced close",
        "closed: forced close",
        "waiting 1: 1000 ms",
    ]);
    scenario.drain();
    scenario.expect(&["close #1"]);
}

#[test]
fn closing_the_engine_while_it_opens_fails_the_attempt() {
    let mut scenario = Scenario::starting_with(WebSocket).opening();
    scenario.close_engine();
    scenario.expect(&[
        "close #1",
        "cause Transport",
        "engine closed: transport error",
        "connect error / cause above, retry in 1000 ms",
        "error",
        "waiting 1: 1000 ms",
    ]);
}

#[test]
fn closing_during_an_upgrade_closes_both_transports() {
    for scenario in [Scenario::new().probing(), Scenario::new().pausing()] {
        let mut scenario = scenario;
        scenario.close();
        assert_eq!(scenario.take()[..2], ["close #2", "post #1 1"]);
        scenario.drain();
        scenario.expect(&["close #1"]);
        assert!(scenario.wire.transports.is_empty());
    }
}

#[test]
fn the_server_can_turn_a_socket_out_and_the_engine_closes() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.push("41");
    let lines = scenario.take();
    assert!(lines.contains(&"disconnect / io server disconnect".to_owned()), "{lines:?}");
    assert!(lines.contains(&"closed: forced close".to_owned()), "{lines:?}");
    assert!(scenario.wire.transports.is_empty());
    scenario.advance(60_000.0);
    scenario.expect(&[]);
}

#[test]
fn a_socket_turned_out_does_not_take_the_others_along() {
    let mut scenario = Scenario::connected_over(WebSocket);
    let chat = scenario.socket("/chat");
    scenario.connect(chat);
    scenario.push(r#"40/chat,{"sid":"c"}"#);
    scenario.take();
    scenario.push("41/chat,");
    scenario.expect(&["disconnect /chat io server disconnect"]);
    scenario.push("42[1]");
    scenario.expect(&["event / [1]"]);
}
