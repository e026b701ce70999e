//! Frames are handed over with the code units of their header alone.

use ferrio::config::TransportKind::WebSocket;
use ferrio::socketio::{EmitOptions, SocketId};

use super::scenario::Scenario;

fn joined_to(namespace: &str) -> (Scenario, SocketId) {
    let mut scenario = Scenario::connected_over(WebSocket);
    let socket = scenario.socket(namespace);
    scenario.connect(socket);
    scenario.push(&format!(r#"40{namespace},{{"sid":"n"}}"#));
    scenario.take();
    (scenario, socket)
}

#[test]
fn a_header_of_any_length_is_read_right() {
    for length in 40..90 {
        let namespace = format!("/{}", "n".repeat(length));
        let (mut scenario, _) = joined_to(&namespace);
        for (middle, ack) in [("", ""), ("7", " wants ack 7"), ("123456", " wants ack 123456")] {
            scenario.push(&format!(r#"42{namespace},{middle}["a",1]"#));
            scenario.expect(&[&format!(r#"event {namespace} ["a",1]{ack}"#)]);
            scenario.push(&format!(r#"451-{namespace},{middle}["a",{{"_placeholder":true,"num":0}}]"#));
            scenario.push_binary(&[1]);
            scenario.expect(&[&format!(r#"event {namespace} ["a",{{"_placeholder":true,"num":0}}] <01>{ack}"#)]);
        }
    }
}

#[test]
fn a_namespace_may_hold_what_ends_a_header() {
    for namespace in ["/[room]", "/{x}", "/é😀", "/a\"b"] {
        let (mut scenario, socket) = joined_to(namespace);
        scenario.push(&format!(r#"42{namespace},5["a"]"#));
        scenario.expect(&[&format!(r#"event {namespace} ["a"] wants ack 5"#)]);
        scenario.emit_with(socket, "[1]", &[], EmitOptions::default());
        scenario.expect(&[&format!("send #1 42{namespace},[1]")]);
    }
}

#[test]
fn a_header_longer_than_the_limit_breaks_the_protocol() {
    let (mut scenario, _) = joined_to("/chat");
    scenario.push(&format!(r#"42/{},["a"]"#, "n".repeat(5_000)));
    assert!(scenario.take()[1].starts_with("cause Protocol(TooLong)"));
}

#[test]
fn an_answer_to_connect_is_read_by_its_header_alone() {
    let (mut scenario, _) = joined_to("/chat");
    let other = scenario.socket("/other");
    scenario.connect(other);
    scenario.take();
    let long = format!(r#"{{"sid":"{}"}}"#, "s".repeat(5_000));
    scenario.push(&format!("40/other,{long}"));
    scenario.expect(&[&format!("connected /other {long}"), "connect /other"]);
}

#[test]
fn long_events_are_never_read_whole() {
    let (mut scenario, _) = joined_to("/chat");
    scenario.push(&format!(r#"42/chat,3["{}"]"#, "x".repeat(1_000_000)));
    assert!(scenario.take()[0].ends_with("wants ack 3"));
}

#[test]
fn headers_that_are_none_break_the_protocol() {
    for (frame, error) in [
        ("4", "UnknownSocketType"),
        ("47", "UnknownSocketType"),
        ("4x", "UnknownSocketType"),
        ("4-1", "UnknownSocketType"),
        ("42", "BadPayload"),
        ("427", "BadPayload"),
        ("43", "BadPayload"),
        ("43[]", "BadAckId"),
        ("42x[]", "BadHeader"),
        ("42-1[]", "BadHeader"),
        ("431e+30[]", "BadHeader"),
        ("430x10[]", "BadHeader"),
        ("429007199254740992[]", "BadAckId"),
        ("4399999999999999999999999[]", "BadAckId"),
        ("4é", "UnknownSocketType"),
    ] {
        let mut scenario = Scenario::connected_over(WebSocket);
        scenario.push(frame);
        let lines = scenario.take();
        assert_eq!(lines[1], format!("cause Protocol({error}): {frame}"));
        assert_eq!(lines[3], "disconnect / parse error, cause above");
    }
}

#[test]
fn unknown_types_of_engine_packets_break_the_protocol() {
    for frame in ["7", "9", "x", "", "é", "😀", "a1", "-4"] {
        let mut scenario = Scenario::connected_over(WebSocket);
        scenario.push(frame);
        let lines = scenario.take();
        assert_eq!(lines[1], format!("cause Protocol(UnknownEngineType): {frame}"));
    }
}

#[test]
fn an_upgrade_packet_of_the_server_breaks_the_protocol() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.push("5");
    assert_eq!(scenario.take()[1], "cause Protocol(UnexpectedPacket): 5");
}
