//! Leaving polling for websocket without losing a packet.

use ferrio::config::TransportKind::{Polling, WebSocket};
use ferrio::config::TransportList;
use ferrio::error::DisconnectReason;

use super::scenario::{Hello, ROOT, Scenario};

#[test]
fn it_starts_when_the_namespace_is_joined() {
    let mut scenario = Scenario::new().opening();
    scenario.say_hello(&Hello::upgradable());
    scenario.end_turn();
    scenario.drain();
    scenario.take();
    scenario.answer(&[r#"40{"sid":"s"}"#]);
    scenario.expect(&[r#"connected / {"sid":"s"}"#, "connect /", "open #2 websocket with sid", "get #1"]);
}

#[test]
fn it_starts_when_the_last_namespace_is_settled_one_way_or_the_other() {
    let mut scenario = Scenario::new();
    let [a, b] = ["/a", "/b"].map(|name| scenario.socket(name));
    for socket in [ROOT, a, b] {
        scenario.connect(socket);
    }
    scenario.say_hello(&Hello::upgradable());
    scenario.answer(&[r#"40{"sid":"s"}"#]);
    scenario.answer(&[r#"44/a,{"message":"no"}"#]);
    let before = scenario.take();
    assert!(!before.iter().any(|line| line.contains("websocket")), "{before:?}");
    scenario.disconnect(b);
    scenario.expect(&["open #2 websocket with sid"]);
}

#[test]
fn it_waits_no_longer_than_500_ms_for_the_namespaces() {
    let mut scenario = Scenario::new().opening();
    scenario.say_hello(&Hello::upgradable());
    scenario.take();
    scenario.advance(499.0);
    scenario.expect(&[]);
    scenario.advance(1.0);
    scenario.expect(&["open #2 websocket with sid"]);
}

#[test]
fn near_a_server_the_get_waits_for_the_probe() {
    let mut scenario = Scenario::new().near();
    scenario.answer(&[r#"40{"sid":"s"}"#]);
    scenario.expect(&[r#"connected / {"sid":"s"}"#, "connect /", "open #2 websocket with sid"]);
    scenario.emit("[1]");
    scenario.expect(&["post #1 42[1]"]);
    scenario.drain();
    scenario.open_websocket();
    scenario.expect(&["send #2 2probe"]);
    scenario.push("3probe");
    scenario.expect(&["upgrading websocket", "send #2 5", "close #1", "upgraded websocket"]);
    scenario.advance(1_000.0);
    scenario.expect(&[]);
}

#[test]
fn near_a_server_the_get_waits_no_longer_than_50_ms() {
    let mut scenario = Scenario::new().near();
    scenario.answer(&[r#"40{"sid":"s"}"#]);
    scenario.take();
    scenario.advance(49.0);
    scenario.expect(&[]);
    scenario.advance(1.0);
    scenario.expect(&["get #1"]);
    scenario.answer(&["42[1]"]);
    scenario.expect(&["event / [1]", "get #1"]);
}

#[test]
fn near_a_server_polling_goes_on_at_once_when_the_probe_fails() {
    let mut scenario = Scenario::new().near();
    scenario.answer(&[r#"40{"sid":"s"}"#]);
    scenario.take();
    scenario.lose("403");
    scenario.expect(&["close #2", "get #1", "upgrade failed: 403"]);
}

#[test]
fn it_probes_pauses_and_takes_over() {
    let mut scenario = Scenario::new().connected_to(&Hello::upgradable());
    scenario.open_websocket();
    scenario.expect(&["send #2 2probe"]);
    scenario.push("3probe");
    scenario.expect(&["upgrading websocket"]);
    scenario.answer(&["6"]);
    scenario.expect(&["send #2 5", "close #1", "upgraded websocket"]);
    scenario.emit("[1]");
    scenario.push("42[2]");
    scenario.expect(&["send #2 42[1]", "event / [2]"]);
}

#[test]
fn it_waits_for_the_get_and_the_post_on_their_way() {
    for get_first in [true, false] {
        let mut scenario = Scenario::new().probing();
        scenario.emit("[1]");
        scenario.expect(&["post #1 42[1]"]);
        scenario.push("3probe");
        scenario.expect(&["upgrading websocket"]);
        if get_first {
            scenario.answer(&["6"]);
        } else {
            scenario.drain();
        }
        scenario.expect(&[]);
        if get_first {
            scenario.drain();
        } else {
            scenario.answer(&["6"]);
        }
        scenario.expect(&["send #2 5", "close #1", "upgraded websocket"]);
    }
}

#[test]
fn what_is_sent_while_polling_pauses_follows_5_in_order() {
    let mut scenario = Scenario::new().pausing();
    for json in ["[1]", "[2]", "[3]"] {
        scenario.emit(json);
        scenario.end_turn();
    }
    scenario.expect(&[]);
    scenario.answer(&["6"]);
    scenario.expect(&[
        "send #2 5",
        "close #1",
        "send #2 42[1]",
        "send #2 42[2]",
        "send #2 42[3]",
        "upgraded websocket",
    ]);
}

#[test]
fn what_the_last_poll_brings_is_delivered_before_the_new_transport_takes_over() {
    let mut scenario = Scenario::new().pausing();
    scenario.answer(&["42[1]", "42[2]"]);
    scenario.expect(&["event / [1]", "event / [2]", "send #2 5", "close #1", "upgraded websocket"]);
}

#[test]
fn a_ping_while_polling_pauses_is_answered_over_the_new_transport() {
    let mut scenario = Scenario::new().pausing();
    scenario.answer(&["2"]);
    scenario.expect(&["ping", "send #2 5", "close #1", "send #2 3", "upgraded websocket"]);
}

#[test]
fn polling_goes_on_while_the_probe_is_on_its_way() {
    let mut scenario = Scenario::new().probing();
    scenario.emit("[1]");
    scenario.answer(&["42[2]"]);
    scenario.expect(&["post #1 42[1]", "event / [2]", "get #1"]);
    scenario.drain();
    scenario.emit("[3]");
    scenario.expect(&["post #1 42[3]"]);
}

#[test]
fn a_probe_that_fails_leaves_polling_as_it_is() {
    let mut scenario = Scenario::new().probing();
    scenario.lose("403");
    scenario.expect(&["close #2", "upgrade failed: 403"]);
    scenario.emit("[1]");
    scenario.answer(&["42[2]"]);
    scenario.expect(&["post #1 42[1]", "event / [2]", "get #1"]);
}

#[test]
fn a_wrong_answer_to_the_probe_ends_the_upgrade() {
    for answer in ["3", "3nope", "4hello", "6", "", "x"] {
        let mut scenario = Scenario::new().probing();
        scenario.push(answer);
        scenario.expect(&["close #2", "upgrade failed"]);
    }
}

#[test]
fn a_probe_that_is_not_answered_is_given_up() {
    let mut scenario = Scenario::new().probing();
    scenario.advance(9_999.0);
    scenario.expect(&[]);
    scenario.advance(1.0);
    scenario.expect(&["close #2", "upgrade failed"]);
}

#[test]
fn a_new_transport_that_dies_while_polling_pauses_loses_nothing() {
    let mut scenario = Scenario::new().pausing();
    scenario.emit("[1]");
    scenario.expect(&[]);
    scenario.lose("reset");
    scenario.expect(&["close #2", "post #1 42[1]", "upgrade failed: reset"]);
    scenario.answer(&["42[2]"]);
    scenario.expect(&["event / [2]", "get #1"]);
}

#[test]
fn polling_resumes_its_get_when_the_upgrade_fails_between_two() {
    let mut scenario = Scenario::new().probing();
    scenario.emit("[1]");
    scenario.push("3probe");
    scenario.answer(&["6"]);
    scenario.take();
    scenario.lose("reset");
    scenario.expect(&["close #2", "get #1", "upgrade failed: reset"]);
    scenario.emit("[2]");
    scenario.expect(&[]);
    scenario.drain();
    scenario.expect(&["post #1 42[2]"]);
}

#[test]
fn a_pause_that_stalls_falls_back_in_time() {
    let mut scenario = Scenario::new().pausing();
    scenario.emit("[1]");
    scenario.advance(2_999.0);
    scenario.expect(&[]);
    scenario.advance(1.0);
    scenario.expect(&["close #2", "post #1 42[1]", "upgrade failed"]);
}

#[test]
fn a_new_transport_that_dies_right_after_5_is_a_lost_session() {
    let mut scenario = Scenario::new().upgraded();
    scenario.lose("reset");
    scenario.expect(&[
        "close #2",
        "cause Transport: reset",
        "engine closed: transport error",
        "disconnect / transport error, cause above",
        "closed: transport error",
        "waiting 1: 1000 ms",
    ]);
}

#[test]
fn a_session_lost_during_the_upgrade_closes_both_transports() {
    for scenario in [Scenario::new().probing(), Scenario::new().pausing()] {
        let mut scenario = scenario;
        let polling = scenario.latest(Polling);
        scenario.lose_transport(polling, DisconnectReason::TransportError, Some("502"));
        let lines = scenario.take();
        assert_eq!(lines[..3], ["close #2", "close #1", "cause Transport: 502"]);
        assert!(scenario.wire.transports.is_empty());
    }
}

#[test]
fn no_upgrade_where_it_is_switched_off_not_offered_or_not_wanted() {
    let off = Scenario::configured(|config| config.engine.upgrade = false).connected_to(&Hello::upgradable());
    let not_offered = Scenario::new().connected_to(&Hello { upgrades: r#""webtransport""#, ..Hello::default() });
    let not_wanted = Scenario::configured(|config| config.engine.transports = TransportList::new(&[Polling]))
        .connected_to(&Hello::upgradable());
    let on_websocket = Scenario::starting_with(WebSocket).connected_to(&Hello::upgradable());
    for mut scenario in [off, not_offered, not_wanted, on_websocket] {
        scenario.advance(600.0);
        scenario.expect(&[]);
        assert_eq!(scenario.wire.transports.len(), 1);
    }
}
