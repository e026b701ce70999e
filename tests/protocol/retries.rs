//! Option `retries`: one event in flight, in order, until it is acknowledged or its tries are used up.

use ferrio::config::TransportKind::WebSocket;
use ferrio::socketio::EmitOptions;

use super::scenario::{Hello, ROOT, Scenario};

fn with_retries(retries: u32, ack_timeout: f64) -> Scenario {
    Scenario::starting_with(WebSocket)
        .with_socket_config(|socket| {
            socket.retries = retries;
            socket.ack_timeout = ack_timeout;
        })
        .connected()
}

fn sent(lines: &[String]) -> Vec<&str> {
    lines.iter().filter(|line| line.starts_with("send")).map(String::as_str).collect()
}

#[test]
fn one_event_is_in_flight_at_a_time() {
    let mut scenario = with_retries(3, 1_000.0);
    scenario.emit_asking("[1]", 70, f64::INFINITY);
    scenario.emit_asking("[2]", 71, f64::INFINITY);
    scenario.expect(&["send #1 420[1]"]);
    scenario.push(r#"430["ok"]"#);
    scenario.expect(&[r#"ack / for 70: ["ok"]"#, "send #1 421[2]"]);
    scenario.push("431[]");
    scenario.expect(&["ack / for 71: []"]);
}

#[test]
fn it_is_tried_once_more_than_retries_with_a_new_id_each_time() {
    let mut scenario = with_retries(2, 1_000.0);
    scenario.emit_asking("[1]", 70, f64::INFINITY);
    scenario.emit_asking("[2]", 71, f64::INFINITY);
    scenario.advance(2_999.0);
    scenario.expect(&["send #1 420[1]", "send #1 421[1]", "send #1 422[1]"]);
    scenario.advance(1.0);
    scenario.expect(&["ack / for 70 failed: TimedOut", "send #1 423[2]"]);
}

#[test]
fn an_answer_to_an_earlier_try_is_ignored() {
    let mut scenario = with_retries(2, 1_000.0);
    scenario.emit_asking("[1]", 70, f64::INFINITY);
    scenario.advance(1_000.0);
    scenario.take();
    scenario.push("430[]");
    scenario.expect(&[]);
    scenario.push("431[]");
    scenario.expect(&["ack / for 70: []"]);
}

#[test]
fn an_event_without_a_handler_is_acknowledged_all_the_same() {
    let mut scenario = with_retries(1, 1_000.0);
    scenario.emit("[1]");
    scenario.emit("[2]");
    scenario.expect(&["send #1 420[1]"]);
    scenario.push("430[]");
    scenario.expect(&["send #1 421[2]"]);
}

#[test]
fn without_ack_timeout_a_default_applies() {
    let mut scenario = with_retries(1, f64::INFINITY);
    scenario.emit("[1]");
    scenario.expect(&["send #1 420[1]"]);
    scenario.advance(9_999.0);
    scenario.expect(&[]);
    scenario.advance(1.0);
    scenario.expect(&["send #1 421[1]"]);
}

#[test]
fn the_emits_own_timeout_counts_first() {
    let mut scenario = with_retries(1, 1_000.0);
    scenario.emit_asking("[1]", 70, 50.0);
    scenario.advance(50.0);
    scenario.expect(&["send #1 420[1]", "send #1 421[1]"]);
}

#[test]
fn an_options_timeout_does_not_leak_into_the_next_event() {
    let mut scenario = with_retries(0, 1_000.0);
    scenario.emit_asking("[1]", 70, 50.0);
    scenario.emit_asking("[2]", 71, f64::INFINITY);
    scenario.take();
    scenario.advance(50.0);
    scenario.expect(&["ack / for 70 failed: TimedOut"]);
    scenario.advance(949.0);
    scenario.expect(&[]);
    scenario.advance(1.0);
    scenario.expect(&["ack / for 71 failed: TimedOut"]);
}

#[test]
fn what_was_in_flight_is_sent_again_after_a_reconnection() {
    let mut scenario = with_retries(2, 60_000.0);
    scenario.emit_asking("[1]", 70, f64::INFINITY);
    scenario.emit_asking("[2]", 71, f64::INFINITY);
    scenario.lose("reset");
    scenario.advance(1_000.0);
    scenario.say_hello(&Hello::default());
    let lines = scenario.take();
    assert!(!lines.iter().any(|line| line.contains("failed")), "{lines:?}");
    scenario.push(r#"40{"sid":"t"}"#);
    scenario.expect(&[r#"connected / {"sid":"t"}"#, "send #2 421[1]", "connect /"]);
    scenario.push("431[]");
    scenario.expect(&["ack / for 70: []", "send #2 422[2]"]);
}

#[test]
fn a_loss_counts_as_a_try() {
    let mut scenario = with_retries(0, f64::INFINITY);
    scenario.manager.socket_config_mut(ROOT).unwrap().retries = 1;
    scenario.emit_asking("[1]", 70, 60_000.0);
    for _ in 0..2 {
        scenario.lose("reset");
        scenario.advance(5_000.0);
        scenario.say_hello(&Hello::default());
        scenario.push(r#"40{"sid":"t"}"#);
    }
    let lines = scenario.take();
    assert_eq!(sent(&lines), ["send #1 420[1]", "send #2 40", "send #2 421[1]", "send #3 40"]);
    assert!(lines.contains(&"ack / for 70 failed: Disconnected".to_owned()));
}

#[test]
fn events_queue_while_the_socket_is_away() {
    let mut scenario = Scenario::starting_with(WebSocket).with_socket_config(|socket| socket.retries = 1).opening();
    scenario.emit("[1]");
    scenario.emit("[2]");
    scenario.say_hello(&Hello::default());
    scenario.expect(&["handshake", "opened", "send #1 40"]);
    scenario.push(r#"40{"sid":"s"}"#);
    scenario.push("430[]");
    scenario.expect(&[r#"connected / {"sid":"s"}"#, "send #1 420[1]", "connect /", "send #1 421[2]"]);
}

#[test]
fn a_timeout_of_0_does_not_spin_within_one_wake_up() {
    let mut scenario = with_retries(1_000, 0.0);
    scenario.emit("[1]");
    scenario.take();
    scenario.input(|manager, now| manager.handle_timeout(now));
    let tries = scenario.take().len();
    assert!((1..10).contains(&tries), "{tries} tries in one wake-up: the page hangs");
    assert_eq!(scenario.timer(), Some(0.0), "the rest is left to the next");
}

#[test]
fn volatile_events_bypass_the_queue() {
    let mut scenario = with_retries(1, 1_000.0);
    scenario.emit("[1]");
    let options = EmitOptions { volatile: true, ..EmitOptions::default() };
    scenario.emit_with(ROOT, "[2]", &[], options);
    scenario.expect(&["send #1 420[1]", "send #1 42[2]"]);
}

#[test]
fn attachments_are_sent_again_with_their_event() {
    let mut scenario = with_retries(1, 1_000.0);
    scenario.emit_with(ROOT, r#"[{"_placeholder":true,"num":0}]"#, &[&[9]], EmitOptions::default());
    scenario.advance(1_000.0);
    scenario.expect(&[
        r#"send #1 451-0[{"_placeholder":true,"num":0}]"#,
        "send #1 <09>",
        r#"send #1 451-1[{"_placeholder":true,"num":0}]"#,
        "send #1 <09>",
    ]);
}
