//! What is emitted without a connection: kept within bounds, refused, or dropped, as the app wants.

use ferrio::config::TransportKind::WebSocket;
use ferrio::config::{OfflineConfig, Overflow, TransportList};
use ferrio::socketio::EmitOptions;

use super::scenario::{Hello, ROOT, Scenario};

fn away(configure: impl FnOnce(&mut OfflineConfig)) -> Scenario {
    Scenario::configured(|config| {
        config.engine.transports = TransportList::new(&[WebSocket]);
        configure(&mut config.offline);
    })
    .opening()
}

#[test]
fn no_more_events_are_kept_than_allowed() {
    let mut scenario = away(|offline| offline.max = 2);
    scenario.emit("[1]");
    scenario.emit_asking("[2]", 70, 1_000.0);
    scenario.emit_asking("[3]", 71, 1_000.0);
    scenario.emit("[4]");
    scenario.expect(&["dropped / [3] of 3 bytes for 71: BufferFull", "dropped / [4] of 3 bytes: BufferFull"]);
    assert_eq!(scenario.buffered(), ["[1]", "[2]"]);
}

#[test]
fn no_more_bytes_are_kept_than_allowed() {
    let mut scenario = away(|offline| offline.max_bytes = 10);
    scenario.emit_with(ROOT, "[1]", &[&[1, 2], &[3]], EmitOptions::default());
    scenario.emit("[\"22\"]");
    scenario.expect(&["dropped / [\"22\"] of 6 bytes: BufferFull"]);
    scenario.emit("[33]");
    scenario.expect(&[]);
    assert_eq!(scenario.manager.buffered_amount(ROOT), 10);
}

#[test]
fn the_oldest_make_room_where_the_app_wants_it_so() {
    let mut scenario = away(|offline| {
        offline.max_bytes = 10;
        offline.overflow = Overflow::Oldest;
    });
    scenario.emit_asking("[111]", 70, 1_000.0);
    scenario.emit("[222]");
    scenario.emit("[333]");
    scenario.expect(&["dropped / [111] of 5 bytes for 70: BufferFull"]);
    scenario.emit("[44444444]");
    scenario.expect(&["dropped / [222] of 5 bytes: BufferFull", "dropped / [333] of 5 bytes: BufferFull"]);
    // For one that never fits nobody has to go.
    scenario.emit("[555555555]");
    scenario.expect(&["dropped / [555555555] of 11 bytes: BufferFull"]);
    assert_eq!(scenario.buffered(), ["[44444444]"]);
}

#[test]
fn the_emit_itself_fails_where_the_app_wants_it_so() {
    let mut scenario = away(|offline| {
        offline.max = 1;
        offline.overflow = Overflow::Error;
    });
    scenario.emit("[1]");
    scenario.emit_asking("[2]", 70, 1_000.0);
    scenario.expect(&["refused"]);
    // When it has returned already, it is told.
    scenario.emit_with(ROOT, "[3]", &[], EmitOptions { late: true, ..EmitOptions::default() });
    scenario.expect(&["dropped / [3] of 3 bytes: BufferFull"]);
    assert_eq!(scenario.buffered(), ["[1]"]);
}

#[test]
fn what_waited_too_long_is_dropped() {
    let mut scenario = away(|offline| offline.ttl = 1_000.0);
    scenario.emit("[1]");
    scenario.emit_asking("[2]", 70, 500.0);
    scenario.advance(600.0);
    scenario.expect(&["ack / for 70 failed: TimedOut"]);
    scenario.emit("[3]");
    scenario.advance(400.0);
    scenario.expect(&["dropped / [1] of 3 bytes: Expired"]);
    scenario.sleep(10_000.0);
    scenario.say_hello_at_once(&Hello::default());
    scenario.push(r#"40{"sid":"s"}"#);
    let lines = scenario.take();
    assert!(lines.contains(&"dropped / [3] of 3 bytes: Expired".to_owned()), "{lines:?}");
    assert!(!lines.iter().any(|line| line.starts_with("send #1 42")), "{lines:?}");
}

#[test]
fn what_was_sent_in_time_does_not_expire() {
    let mut scenario = away(|offline| offline.ttl = 1_000.0);
    scenario.emit_asking("[1]", 70, f64::INFINITY);
    scenario.say_hello(&Hello::default());
    scenario.push(r#"40{"sid":"s"}"#);
    scenario.take();
    scenario.advance(5_000.0);
    scenario.expect(&[]);
    scenario.push("430[]");
    scenario.expect(&["ack / for 70: []"]);
}

#[test]
fn an_app_may_want_nothing_to_be_kept() {
    let mut scenario = away(|offline| offline.max = 0);
    scenario.emit_asking("[1]", 70, 1_000.0);
    scenario.expect(&["dropped / [1] of 3 bytes for 70: BufferFull"]);
    scenario.say_hello(&Hello::default());
    scenario.push(r#"40{"sid":"s"}"#);
    scenario.take();
    scenario.emit("[2]");
    scenario.expect(&["send #1 42[2]"]);
}

#[test]
fn what_waits_can_be_dropped_by_the_app() {
    let mut scenario = away(|_| {});
    scenario.emit("[1]");
    scenario.emit_asking("[2]", 70, 1_000.0);
    scenario.input(|manager, now| manager.clear(ROOT, now));
    scenario.expect(&["ack / for 70 failed: Dropped"]);
    assert!(scenario.buffered().is_empty());
    // With retries too, but for what is in flight.
    let mut scenario = Scenario::starting_with(WebSocket).with_socket_config(|socket| socket.retries = 2).connected();
    scenario.emit("[1]");
    scenario.emit_asking("[2]", 71, f64::INFINITY);
    scenario.input(|manager, now| manager.clear(ROOT, now));
    scenario.expect(&["send #1 420[1]", "ack / for 71 failed: Dropped"]);
    scenario.push("430[]");
    scenario.expect(&[]);
}

#[test]
fn events_that_wait_for_their_turn_are_bounded_too() {
    let mut scenario = Scenario::configured(|config| {
        config.engine.transports = TransportList::new(&[WebSocket]);
        config.offline.max = 2;
        config.offline.ttl = 1_000.0;
    })
    .with_socket_config(|socket| socket.retries = 9)
    .connected();
    scenario.emit("[1]");
    scenario.emit("[2]");
    scenario.emit("[3]");
    scenario.expect(&["send #1 420[1]", "dropped / [3] of 3 bytes: BufferFull"]);
    scenario.advance(1_000.0);
    scenario.expect(&["dropped / [2] of 3 bytes: Expired"]);
    scenario.push("430[]");
    scenario.emit("[4]");
    scenario.expect(&["send #1 421[4]"]);
}

#[test]
fn the_amount_counts_what_polling_has_not_posted_yet() {
    let mut scenario = Scenario::new().connected();
    scenario.emit("[1]");
    scenario.end_turn();
    scenario.emit("[22]");
    assert_eq!(scenario.manager.buffered_amount(ROOT), "42[22]".len());
    scenario.drain();
    assert_eq!(scenario.manager.buffered_amount(ROOT), 0);
}

#[test]
fn to_keep_nothing_is_meant_for_the_time_without_a_connection() {
    let mut scenario = Scenario::configured(|config| {
        config.engine.transports = TransportList::new(&[WebSocket]);
        config.offline.max = 0;
    })
    .with_socket_config(|config| config.retries = 1);
    scenario.emit("[1]");
    scenario.expect(&["dropped / [1] of 3 bytes: BufferFull"]);
    let mut scenario = scenario.connected();
    scenario.emit("[2]");
    scenario.emit("[3]");
    scenario.expect(&["send #1 420[2]"]);
    scenario.push("430[]");
    scenario.expect(&["send #1 421[3]"]);
}

#[test]
fn an_event_that_was_sent_takes_no_room_while_its_ack_is_awaited() {
    let mut scenario = Scenario::starting_with(WebSocket);
    scenario.emit_asking("[1]", 70, f64::INFINITY);
    assert_eq!(scenario.manager.buffered_amount(ROOT), 3);
    let scenario = scenario.connected();
    assert_eq!(scenario.manager.buffered_amount(ROOT), 0);
}
