//! The discipline of polling: one GET, one POST, what is sent in one turn shares a body, bodies within `maxPayload`.

use ferrio::config::TransportKind::Polling;
use ferrio::socketio::EmitOptions;

use super::scenario::{Hello, ROOT, Scenario};

fn limited_to(bytes: usize) -> Scenario {
    Scenario::new().connected_to(&Hello { max_payload: Some(bytes), ..Hello::default() })
}

#[test]
fn what_is_sent_in_one_turn_shares_a_body() {
    let mut scenario = Scenario::connected_over(Polling);
    scenario.emit("[1]");
    scenario.emit("[2]");
    scenario.expect(&["post #1 42[1]␞42[2]"]);
}

#[test]
fn what_is_sent_while_a_post_is_on_its_way_waits_for_it() {
    let mut scenario = Scenario::connected_over(Polling);
    scenario.emit("[1]");
    scenario.expect(&["post #1 42[1]"]);
    scenario.emit("[2]");
    scenario.end_turn();
    scenario.emit("[3]");
    scenario.expect(&[]);
    assert_eq!(scenario.manager.queue_len(), 2);
    scenario.drain();
    scenario.expect(&["post #1 42[2]␞42[3]"]);
    scenario.drain();
    scenario.expect(&[]);
    assert_eq!(scenario.manager.queue_len(), 0);
}

#[test]
fn each_answer_to_a_get_begins_the_next() {
    let mut scenario = Scenario::connected_over(Polling);
    scenario.answer(&["6"]);
    scenario.expect(&["get #1"]);
    scenario.answer(&["42[1]", "42[2]"]);
    scenario.expect(&["event / [1]", "event / [2]", "get #1"]);
}

#[test]
fn a_body_is_never_longer_than_max_payload() {
    // `42[1]` is 5 bytes, `␞42[2]` 6.
    let mut scenario = limited_to(11);
    for json in ["[1]", "[2]", "[3]"] {
        scenario.emit(json);
    }
    scenario.expect(&["post #1 42[1]␞42[2]"]);
    scenario.drain();
    scenario.expect(&["post #1 42[3]"]);

    let mut scenario = limited_to(10);
    for json in ["[1]", "[2]"] {
        scenario.emit(json);
    }
    scenario.expect(&["post #1 42[1]"]);
    scenario.drain();
    scenario.expect(&["post #1 42[2]"]);
}

#[test]
fn max_payload_counts_bytes_not_characters() {
    // `42["é"]` is 8 bytes, `42["😀"]` 10.
    let mut scenario = limited_to(18);
    scenario.emit(r#"["é"]"#);
    scenario.emit(r#"["😀"]"#);
    scenario.expect(&[r#"post #1 42["é"]"#]);
    scenario.drain();
    scenario.expect(&[r#"post #1 42["😀"]"#]);

    let mut scenario = limited_to(19);
    scenario.emit(r#"["é"]"#);
    scenario.emit(r#"["😀"]"#);
    scenario.expect(&[r#"post #1 42["é"]␞42["😀"]"#]);
}

#[test]
fn max_payload_counts_the_namespace_in_bytes() {
    let emit_twice = |max: usize| {
        let mut scenario = limited_to(max);
        let socket = scenario.socket("/é");
        scenario.connect(socket);
        scenario.end_turn();
        scenario.drain();
        scenario.answer(&[r#"40/é,{"sid":"t"}"#]);
        scenario.take();
        for json in ["[1]", "[2]"] {
            scenario.emit_with(socket, json, &[], EmitOptions::default());
        }
        scenario
    };
    // `42/é,[1]` is 9 bytes.
    emit_twice(19).expect(&["post #1 42/é,[1]␞42/é,[2]"]);
    emit_twice(18).expect(&["post #1 42/é,[1]"]);
}

#[test]
fn attachments_go_as_base64_and_are_counted_so() {
    let emit = |max: usize| {
        let mut scenario = limited_to(max);
        scenario.emit_with(ROOT, r#"[{"_placeholder":true,"num":0}]"#, &[&[1, 2, 3, 4]], EmitOptions::default());
        scenario
    };
    // The text is 35 bytes, the separator 1, the attachment `b` and 8 of base64.
    emit(45).expect(&[r#"post #1 451-[{"_placeholder":true,"num":0}]␞b<01020304>"#]);
    let mut scenario = emit(44);
    scenario.expect(&[r#"post #1 451-[{"_placeholder":true,"num":0}]"#]);
    scenario.drain();
    scenario.expect(&["post #1 b<01020304>"]);
}

#[test]
fn a_connect_longer_than_max_payload_goes_alone_and_stops_nothing() {
    let mut scenario = limited_to(10);
    let other = scenario.socket("/other");
    scenario.answers_auth = false;
    scenario.connect(other);
    scenario.authorize(other, 1, Some(r#"{"token":"long"}"#));
    scenario.emit("[1]");
    scenario.expect(&["auth /other 1", r#"post #1 40/other,{"token":"long"}"#]);
    scenario.drain();
    scenario.expect(&["post #1 42[1]"]);
}

#[test]
fn a_failed_request_loses_the_session() {
    let mut scenario = Scenario::connected_over(Polling);
    scenario.lose("503");
    scenario.expect(&[
        "close #1",
        "cause Transport: 503",
        "engine closed: transport error",
        "disconnect / transport error, cause above",
        "closed: transport error",
        "waiting 1: 1000 ms",
    ]);
}

#[test]
fn packets_behind_a_close_packet_in_one_body_are_dropped() {
    let mut scenario = Scenario::connected_over(Polling);
    scenario.answer(&["42[1]", "1", "42[2]"]);
    scenario.expect(&[
        "event / [1]",
        "close #1",
        "engine closed: transport close",
        "disconnect / transport close",
        "closed: transport close",
        "waiting 1: 1000 ms",
    ]);
}
