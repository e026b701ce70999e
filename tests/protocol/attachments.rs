//! Packets with attachments: both ways, on each transport, and what breaks the protocol.

use ferrio::config::TransportKind::{Polling, WebSocket};
use ferrio::error::ProtocolError;
use ferrio::socketio::EmitOptions;

use super::data::Data;
use super::scenario::{ROOT, Scenario};

const TWO: &str = r#"["f",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;

#[track_caller]
fn expect_broken(scenario: &mut Scenario, cause: &str) {
    let lines = scenario.take();
    assert!(lines.contains(&format!("cause Protocol({cause}")), "expected {cause}, got {lines:?}");
    assert!(lines.contains(&"disconnect / parse error, cause above".to_owned()), "{lines:?}");
    assert!(lines.contains(&"waiting 1: 1000 ms".to_owned()), "{lines:?}");
    // Over polling the server is told.
    if scenario.is_posting() {
        scenario.drain();
    }
    assert!(scenario.wire.transports.is_empty());
}

#[test]
fn they_follow_their_packet_as_binary_frames() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.emit_with(ROOT, TWO, &[&[1], &[2, 3]], EmitOptions::default());
    scenario.expect(&[&format!("send #1 452-{TWO}"), "send #1 <01>", "send #1 <0203>"]);
}

#[test]
fn they_go_as_base64_over_websocket_where_that_is_forced() {
    let mut scenario = Scenario::configured(|config| {
        config.engine.force_base64 = true;
        config.engine.transports = config.engine.transports.starting_with(WebSocket);
    })
    .connected();
    scenario.emit_with(ROOT, TWO, &[&[1], &[2, 3]], EmitOptions::default());
    scenario.expect(&[&format!("send #1 452-{TWO}"), "send #1 b<01>", "send #1 b<0203>"]);
}

#[test]
fn a_received_packet_waits_for_all_of_them() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.push(&format!("452-{TWO}"));
    scenario.push_binary(&[1]);
    scenario.expect(&[]);
    scenario.push_binary(&[2, 3]);
    scenario.expect(&[&format!("event / {TWO} <01> <0203>")]);
}

#[test]
fn over_polling_they_are_base64_and_may_come_in_another_body() {
    let mut scenario = Scenario::connected_over(Polling);
    scenario.answer(&[&format!("452-{TWO}"), "bAQ=="]);
    scenario.expect(&["get #1"]);
    scenario.answer(&["bAgM=", "42[1]"]);
    scenario.expect(&[&format!("event / {TWO} bAQ== bAgM="), "event / [1]", "get #1"]);
}

#[test]
fn base64_is_accepted_over_websocket() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.push(r#"451-["f",{"_placeholder":true,"num":0}]"#);
    scenario.push("bAQ==");
    scenario.expect(&[r#"event / ["f",{"_placeholder":true,"num":0}] bAQ=="#]);
}

#[test]
fn pings_between_them_are_no_packets_of_socketio() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.push(r#"451-["f",{"_placeholder":true,"num":0}]"#);
    scenario.push("2");
    scenario.push_binary(&[1]);
    scenario.expect(&["send #1 3", "ping", r#"event / ["f",{"_placeholder":true,"num":0}] <01>"#]);
}

#[test]
fn text_during_reassembly_breaks_the_protocol() {
    for text in [r#"42["x"]"#, "41", "430[]"] {
        let mut scenario = Scenario::connected_over(WebSocket);
        scenario.push(&format!("452-{TWO}"));
        scenario.push_binary(&[1]);
        scenario.push(text);
        expect_broken(&mut scenario, &format!("TextDuringReassembly): {text}"));
    }
}

#[test]
fn a_binary_frame_that_no_packet_announced_breaks_the_protocol() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.push_binary(&[1]);
    expect_broken(&mut scenario, "StrayBinary): <01>");
    let mut scenario = Scenario::connected_over(Polling);
    scenario.answer(&["bAQ=="]);
    expect_broken(&mut scenario, "StrayBinary): bAQ==");
}

#[test]
fn one_too_many_breaks_the_protocol() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.push(r#"451-["f",{"_placeholder":true,"num":0}]"#);
    scenario.push_binary(&[1]);
    scenario.push_binary(&[2]);
    expect_broken(&mut scenario, "StrayBinary): <02>");
}

#[test]
fn more_than_allowed_or_none_break_the_protocol() {
    for frame in ["4511-[]", "450-[]", "45-[]", "45[]", "451[]", "46999999999999999999999-0[]", "451000000001-[]"] {
        let mut scenario = Scenario::connected_over(WebSocket);
        scenario.push(frame);
        expect_broken(&mut scenario, &format!("BadAttachmentCount): {frame}"));
    }
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.push("4510-[]");
    scenario.expect(&[]);
}

#[test]
fn the_limit_is_configured() {
    let configured = || {
        Scenario::configured(|config| {
            config.max_attachments = 2;
            config.engine.transports = config.engine.transports.starting_with(WebSocket);
        })
        .connected()
    };
    let mut scenario = configured();
    scenario.push("452-[]");
    scenario.expect(&[]);
    let mut scenario = configured();
    scenario.push("453-[]");
    expect_broken(&mut scenario, "BadAttachmentCount): 453-[]");
}

#[test]
fn a_loss_in_the_middle_forgets_the_packet() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.push(&format!("452-{TWO}"));
    scenario.push_binary(&[1]);
    scenario.lose("reset");
    scenario.advance(1_000.0);
    let mut scenario = {
        scenario.say_hello(&super::scenario::Hello::default());
        scenario.push(r#"40{"sid":"t"}"#);
        scenario.forget()
    };
    scenario.push(r#"42["x"]"#);
    scenario.expect(&[r#"event / ["x"]"#]);
}

#[test]
fn a_content_that_the_app_cannot_read_breaks_the_session() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.push(r#"42["x""#);
    scenario.expect(&[r#"event / ["x""#]);
    scenario.input(|manager, now| manager.handle_malformed(ProtocolError::BadJson, Some(Data::text("at 4")), now));
    expect_broken(&mut scenario, "BadJson): at 4");
}
