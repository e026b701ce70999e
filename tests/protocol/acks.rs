//! Acknowledgements: ids, answers, timeouts, and what a disconnect does to them.

use ferrio::config::TransportKind::WebSocket;
use ferrio::socketio::EmitOptions;

use super::scenario::{Hello, ROOT, Scenario};

const FOREVER: f64 = f64::INFINITY;

/// Handlers without an error slot: plain callbacks.
fn plain(token: u32) -> EmitOptions {
    EmitOptions { ack: Some(token), ..EmitOptions::default() }
}

#[test]
fn ids_count_up_from_0_per_socket() {
    let mut scenario = Scenario::connected_over(WebSocket);
    let chat = scenario.socket("/chat");
    scenario.connect(chat);
    scenario.push(r#"40/chat,{"sid":"c"}"#);
    scenario.take();
    scenario.emit_asking("[1]", 70, FOREVER);
    scenario.emit("[2]");
    scenario.emit_asking("[3]", 71, FOREVER);
    scenario.emit_with(chat, "[4]", &[], plain(72));
    scenario.expect(&["send #1 420[1]", "send #1 42[2]", "send #1 421[3]", "send #1 42/chat,0[4]"]);
}

#[test]
fn an_answer_goes_to_whoever_waits() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.emit_asking("[1]", 70, FOREVER);
    scenario.emit_asking("[2]", 71, FOREVER);
    scenario.take();
    scenario.push(r#"431["b"]"#);
    scenario.push("430[]");
    scenario.expect(&[r#"ack / for 71: ["b"]"#, "ack / for 70: []"]);
}

#[test]
fn an_answer_may_carry_attachments() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.emit_asking("[1]", 70, FOREVER);
    scenario.take();
    scenario.push(r#"461-0[{"_placeholder":true,"num":0}]"#);
    scenario.push_binary(&[1, 2]);
    scenario.expect(&[r#"ack / for 70: [{"_placeholder":true,"num":0}] <0102>"#]);
}

#[test]
fn unknown_and_repeated_ids_are_ignored() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.emit_asking("[1]", 70, FOREVER);
    scenario.push("430[]");
    scenario.take();
    for frame in ["430[]", "431[]", "439007199254740991[]"] {
        scenario.push(frame);
        scenario.expect(&[]);
    }
}

#[test]
fn an_answer_to_what_was_not_sent_yet_is_ignored() {
    let mut scenario = Scenario::starting_with(WebSocket).opening();
    scenario.emit_asking("[1]", 70, FOREVER);
    scenario.say_hello(&Hello::default());
    scenario.take();
    scenario.push("430[]");
    scenario.expect(&[]);
    scenario.push(r#"40{"sid":"s"}"#);
    scenario.expect(&[r#"connected / {"sid":"s"}"#, "send #1 420[1]", "connect /"]);
    scenario.push("430[]");
    scenario.expect(&["ack / for 70: []"]);
}

#[test]
fn the_app_answers_the_server() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.push(r#"4212["question"]"#);
    scenario.expect(&[r#"event / ["question"] wants ack 12"#]);
    scenario.acknowledge(12, r#"["answer"]"#, &[]);
    scenario.acknowledge(13, r#"[{"_placeholder":true,"num":0}]"#, &[&[255]]);
    scenario.expect(&[r#"send #1 4312["answer"]"#, r#"send #1 461-13[{"_placeholder":true,"num":0}]"#, "send #1 <ff>"]);
}

#[test]
fn an_answer_of_the_app_after_the_loss_is_dropped() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.push(r#"4212["question"]"#);
    scenario.lose("reset");
    scenario.take();
    scenario.acknowledge(12, "[]", &[]);
    scenario.expect(&[]);
    assert!(scenario.buffered().is_empty());
}

#[test]
fn a_timeout_fails_the_ack_and_a_late_answer_is_ignored() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.emit_asking("[1]", 70, 500.0);
    scenario.emit_asking("[2]", 71, 300.0);
    scenario.take();
    scenario.advance(300.0);
    scenario.expect(&["ack / for 71 failed: TimedOut"]);
    scenario.advance(200.0);
    scenario.expect(&["ack / for 70 failed: TimedOut"]);
    scenario.push("430[]");
    scenario.expect(&[]);
}

#[test]
fn an_answer_in_time_leaves_no_timeout() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.emit_asking("[1]", 70, 500.0);
    scenario.push("430[]");
    scenario.take();
    scenario.advance(10_000.0);
    scenario.expect(&[]);
}

#[test]
fn the_sockets_ack_timeout_counts_where_the_emit_says_nothing() {
    let mut scenario =
        Scenario::starting_with(WebSocket).with_socket_config(|socket| socket.ack_timeout = 400.0).connected();
    scenario.emit_asking("[1]", 70, FOREVER);
    scenario.emit_asking("[2]", 71, 100.0);
    scenario.take();
    scenario.advance(100.0);
    scenario.expect(&["ack / for 71 failed: TimedOut"]);
    scenario.advance(300.0);
    scenario.expect(&["ack / for 70 failed: TimedOut"]);
}

#[test]
fn a_timeout_takes_a_buffered_event_out_of_the_buffer() {
    let mut scenario = Scenario::starting_with(WebSocket);
    scenario.emit_asking("[1]", 70, 500.0);
    scenario.emit("[2]");
    assert_eq!(scenario.buffered(), ["[1]", "[2]"]);
    scenario.advance(500.0);
    scenario.expect(&["ack / for 70 failed: TimedOut"]);
    assert_eq!(scenario.buffered(), ["[2]"]);
}

#[test]
fn a_disconnect_fails_whoever_can_be_told_and_drops_plain_callbacks() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.emit_asking("[1]", 70, FOREVER);
    scenario.emit_with(ROOT, "[2]", &[], plain(71));
    scenario.take();
    scenario.lose("reset");
    scenario.expect(&[
        "close #1",
        "cause Transport: reset",
        "engine closed: transport error",
        "disconnect / transport error, cause above",
        "ack / for 70 failed: Disconnected",
        "ack / for 71 failed: Dropped",
        "closed: transport error",
        "waiting 1: 1000 ms",
    ]);
}

#[test]
fn every_way_to_disconnect_fails_them() {
    let ways: [fn(&mut Scenario); 4] = [
        |scenario| scenario.disconnect(ROOT),
        |scenario| scenario.close(),
        |scenario| scenario.close_engine(),
        |scenario| scenario.push("41"),
    ];
    for way in ways {
        let mut scenario = Scenario::connected_over(WebSocket);
        scenario.emit_asking("[1]", 70, FOREVER);
        scenario.take();
        way(&mut scenario);
        let lines = scenario.take();
        let disconnect = lines.iter().position(|line| line.starts_with("disconnect /")).unwrap();
        assert_eq!(lines[disconnect + 1], "ack / for 70 failed: Disconnected", "{lines:?}");
    }
}

#[test]
fn acks_of_events_still_buffered_are_kept() {
    let mut scenario = Scenario::starting_with(WebSocket).opening();
    scenario.say_hello(&Hello::default());
    scenario.emit_asking("[1]", 70, FOREVER);
    scenario.emit_with(ROOT, "[2]", &[], plain(71));
    scenario.lose("reset");
    let lines = scenario.take();
    assert!(!lines.iter().any(|line| line.contains("failed")), "{lines:?}");
    scenario.advance(1_000.0);
    scenario.say_hello(&Hello::default());
    scenario.take();
    scenario.push(r#"40{"sid":"s"}"#);
    scenario.push(r#"430["a"]"#);
    scenario.push(r#"431["b"]"#);
    scenario.expect(&[
        r#"connected / {"sid":"s"}"#,
        "send #2 420[1]",
        "send #2 421[2]",
        "connect /",
        r#"ack / for 70: ["a"]"#,
        r#"ack / for 71: ["b"]"#,
    ]);
}

#[test]
fn an_event_that_times_out_while_buffered_is_not_sent() {
    let mut scenario = Scenario::starting_with(WebSocket).opening();
    scenario.emit_asking("[1]", 70, 100.0);
    scenario.advance(100.0);
    scenario.say_hello(&Hello::default());
    scenario.take();
    scenario.push(r#"40{"sid":"s"}"#);
    scenario.expect(&[r#"connected / {"sid":"s"}"#, "connect /"]);
}

#[test]
fn many_acks_time_out_in_order() {
    let mut scenario = Scenario::connected_over(WebSocket);
    for token in 0..1_000 {
        scenario.emit_asking("[]", token, f64::from(1_000 - token));
    }
    scenario.take();
    scenario.advance(1_000.0);
    let expected: Vec<String> = (0..1_000).rev().map(|token| format!("ack / for {token} failed: TimedOut")).collect();
    assert_eq!(scenario.take(), expected);
}
