//! What is too large is neither sent nor taken.

use ferrio::config::MAX_PACKET;
use ferrio::config::TransportKind::{Polling, WebSocket};
use ferrio::socketio::EmitOptions;

use super::scenario::{Hello, ROOT, Scenario};

/// Joined to a server that takes 100 bytes a message.
fn narrow(kind: ferrio::config::TransportKind) -> Scenario {
    Scenario::starting_with(kind).connected_to(&Hello { max_payload: Some(100), ..Hello::default() })
}

fn text(len: usize) -> String {
    format!("[\"{}\"]", "x".repeat(len - 4))
}

#[test]
fn an_event_is_refused_when_the_server_would_not_take_it() {
    for kind in [WebSocket, Polling] {
        let mut scenario = narrow(kind);
        scenario.emit(&text(98));
        let lines = scenario.take();
        assert_eq!(lines.len(), 1, "{lines:?}");
        scenario.emit(&text(99));
        scenario.expect(&[&format!("dropped / {} of 101 bytes: TooLarge", text(99))]);
    }
}

#[test]
fn whoever_waits_for_its_ack_is_named() {
    let mut scenario = narrow(WebSocket);
    scenario.emit_asking(&text(99), 70, 1_000.0);
    scenario.expect(&[&format!("dropped / {} of 102 bytes for 70: TooLarge", text(99))]);
    assert_eq!(scenario.manager.poll_timeout().map(|(_, kind)| kind), Some(ferrio::timer::TimerKind::Sockets));
    scenario.advance(2_000.0);
    scenario.expect(&[]);
}

#[test]
fn an_attachment_counts_as_the_transport_sends_it() {
    let bytes = [0; 75];
    let emit = |scenario: &mut Scenario| scenario.emit_with(ROOT, "[1]", &[&[1], &bytes], EmitOptions::default());
    let mut scenario = narrow(WebSocket);
    emit(&mut scenario);
    assert_eq!(scenario.take().len(), 3);
    let mut scenario = narrow(Polling);
    emit(&mut scenario);
    // As base64.
    let lines = scenario.take();
    assert!(lines.len() == 1 && lines[0].ends_with("of 75 bytes: TooLarge"), "{lines:?}");
}

#[test]
fn what_waited_for_the_connection_is_looked_at_then_and_the_rest_goes_out() {
    let mut scenario = Scenario::starting_with(WebSocket).opening();
    scenario.emit("[1]");
    scenario.emit(&text(200));
    scenario.emit("[3]");
    scenario.say_hello(&Hello { max_payload: Some(100), ..Hello::default() });
    scenario.take();
    scenario.push(r#"40{"sid":"s"}"#);
    scenario.expect(&[
        r#"connected / {"sid":"s"}"#,
        "send #1 42[1]",
        &format!("dropped / {} of 202 bytes: TooLarge", text(200)),
        "send #1 42[3]",
        "connect /",
    ]);
}

#[test]
fn one_of_several_to_be_retried_leaves_its_turn_to_the_next() {
    let mut scenario = Scenario::starting_with(WebSocket)
        .with_socket_config(|socket| socket.retries = 1)
        .connected_to(&Hello { max_payload: Some(100), ..Hello::default() });
    scenario.emit_asking("[1]", 70, f64::INFINITY);
    scenario.emit_asking(&text(200), 71, f64::INFINITY);
    scenario.emit_asking("[3]", 72, f64::INFINITY);
    scenario.expect(&["send #1 420[1]"]);
    scenario.push("430[]");
    scenario.expect(&[
        "ack / for 70: []",
        &format!("dropped / {} of 203 bytes for 71: TooLarge", text(200)),
        "send #1 422[3]",
    ]);
}

#[test]
fn an_ack_is_refused_too() {
    let mut scenario = narrow(WebSocket);
    scenario.push(r#"427["ask"]"#);
    scenario.take();
    scenario.acknowledge(7, &text(200), &[]);
    scenario.expect(&[&format!("dropped / {} of 203 bytes: AckTooLarge", text(200))]);
}

#[test]
fn servers_without_a_limit_take_everything() {
    let mut scenario =
        Scenario::starting_with(WebSocket).connected_to(&Hello { max_payload: None, ..Hello::default() });
    scenario.emit(&text(5_000_000));
    assert_eq!(scenario.take().len(), 1);
}

#[test]
fn a_packet_above_the_limit_ends_the_connection() {
    let expect_too_large = |scenario: &mut Scenario| {
        let lines = scenario.take();
        assert!(lines[1].starts_with("cause TooLarge"), "{lines:?}");
        assert_eq!(lines[3], "disconnect / parse error, cause above");
    };
    // The type of the Engine.IO packet counts too.
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.push(&format!("42{}", text(MAX_PACKET - 2)));
    assert_eq!(scenario.take().len(), 1);
    scenario.push(&format!("42{}", text(MAX_PACKET - 1)));
    expect_too_large(&mut scenario);
    // Its attachments count.
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.push(r#"452-["a",{"_placeholder":true,"num":0}]"#);
    scenario.push_binary(&vec![0; MAX_PACKET / 2]);
    scenario.expect(&[]);
    scenario.push_binary(&vec![0; MAX_PACKET / 2]);
    expect_too_large(&mut scenario);
}
