//! WebTransport: this side speaks first, it is preferred as an upgrade, and what stands behind it takes over when it does not pass.

use ferrio::config::TransportKind::{Polling, WebSocket, WebTransport};
use ferrio::config::TransportList;
use ferrio::error::DisconnectReason;
use ferrio::socketio::EmitOptions;

use super::scenario::{Hello, ROOT, Scenario};

fn with(transports: &[ferrio::config::TransportKind]) -> Scenario {
    Scenario::configured(|config| config.engine.transports = TransportList::new(transports))
}

/// A server that offers both upgrades.
fn both() -> Hello {
    Hello { upgrades: r#""websocket","webtransport""#, ..Hello::default() }
}

/// Joined over polling; webtransport is being probed, and websocket is wanted and offered too.
fn probing() -> Scenario {
    let mut scenario = with(&[Polling, WebSocket, WebTransport]).connected_to(&both());
    scenario.open_transport(WebTransport);
    scenario.forget()
}

#[test]
fn it_opens_with_a_packet_of_its_own_and_then_is_as_a_websocket() {
    let mut scenario = with(&[WebTransport]);
    scenario.connect(ROOT);
    scenario.expect(&["engine webtransport", "open #1 webtransport"]);
    scenario.open_transport(WebTransport);
    scenario.expect(&["send #1 0"]);
    scenario.say_hello(&Hello::default());
    scenario.expect(&["handshake", "opened", "send #1 40"]);
    scenario.push(r#"40{"sid":"s"}"#);
    scenario.push("42[1]");
    scenario.push("2");
    scenario.emit("[2]");
    scenario.expect(&[r#"connected / {"sid":"s"}"#, "connect /", "event / [1]", "send #1 3", "ping", "send #1 42[2]"]);
}

#[test]
fn attachments_go_as_they_are_also_where_websocket_takes_base64() {
    for (kind, attachment) in [(WebSocket, "send #1 b<01>"), (WebTransport, "send #1 <01>")] {
        let mut scenario = Scenario::configured(|config| {
            config.engine.force_base64 = true;
            config.engine.transports = TransportList::new(&[kind]);
        })
        .connected();
        scenario.emit_with(ROOT, "[0]", &[&[1]], EmitOptions::default());
        scenario.expect(&["send #1 451-[0]", attachment]);
    }
}

#[test]
fn an_attachment_arrives() {
    let mut scenario = with(&[WebTransport]).connected();
    scenario.push("451-[0]");
    scenario.push_binary(&[1]);
    scenario.expect(&["event / [0] <01>"]);
}

#[test]
fn disconnecting_closes_it_after_the_goodbye() {
    let mut scenario = with(&[WebTransport]).connected();
    scenario.disconnect(ROOT);
    assert_eq!(scenario.take()[..2], ["send #1 41", "close #1"]);
}

#[test]
fn a_packet_that_is_none_breaks_the_connection_off() {
    let mut scenario = with(&[WebTransport]).connected();
    scenario.push("");
    let lines = scenario.take();
    assert_eq!(lines[..2], ["close #1", "cause Protocol(UnknownEngineType): "]);
}

#[test]
fn a_stream_that_cannot_be_read_is_a_lost_transport() {
    let mut scenario = with(&[WebTransport]).connected();
    scenario.lose("too long");
    scenario.expect(&[
        "close #1",
        "cause Transport: too long",
        "engine closed: transport error",
        "disconnect / transport error, cause above",
        "closed: transport error",
        "waiting 1: 1000 ms",
    ]);
}

#[test]
fn a_session_closed_by_the_server_is_a_closed_transport() {
    let mut scenario = with(&[WebTransport]).connected();
    let transport = scenario.latest(WebTransport);
    scenario.lose_transport(transport, DisconnectReason::TransportClose, None);
    scenario.expect(&[
        "close #1",
        "engine closed: transport close",
        "disconnect / transport close",
        "closed: transport close",
        "waiting 1: 1000 ms",
    ]);
}

#[test]
fn what_stands_behind_it_is_tried_when_it_does_not_open() {
    let mut scenario = with(&[WebTransport, WebSocket]).opening();
    scenario.lose("no UDP");
    scenario.expect(&["close #1", "open #2 websocket", "engine websocket"]);
    scenario.say_hello(&Hello::default());
    assert_eq!(scenario.take()[0], "handshake");
}

#[test]
fn alone_it_fails_as_any_transport() {
    let mut scenario = with(&[WebTransport]).opening();
    scenario.open_transport(WebTransport);
    scenario.take();
    scenario.lose("refused");
    scenario.expect(&[
        "close #1",
        "cause Transport: refused",
        "engine closed: transport error",
        "connect error / cause above, retry in 1000 ms",
        "error",
        "waiting 1: 1000 ms",
    ]);
}

#[test]
fn as_an_upgrade_it_goes_before_websocket_in_whichever_order() {
    for transports in [[Polling, WebSocket, WebTransport], [Polling, WebTransport, WebSocket]] {
        let mut scenario = with(&transports).opening();
        scenario.say_hello(&both());
        scenario.end_turn();
        scenario.drain();
        scenario.take();
        scenario.receive(r#"40{"sid":"s"}"#);
        let lines = scenario.take();
        assert!(lines.contains(&"open #2 webtransport with sid".to_owned()), "{lines:?}");
    }
}

#[test]
fn the_upgrade_takes_the_same_steps_after_the_opening_packet() {
    let mut scenario = with(&[Polling, WebSocket, WebTransport]).connected_to(&both());
    scenario.open_transport(WebTransport);
    scenario.expect(&["send #2 0", "send #2 2probe"]);
    scenario.push("3probe");
    scenario.expect(&["upgrading webtransport"]);
    scenario.emit("[1]");
    scenario.expect(&[]);
    scenario.answer(&["6"]);
    scenario.expect(&["send #2 5", "close #1", "send #2 42[1]", "upgraded webtransport"]);
    scenario.push("42[2]");
    scenario.expect(&["event / [2]"]);
}

#[test]
fn websocket_is_the_upgrade_where_the_app_or_the_server_does_without_webtransport() {
    for (transports, upgrades) in [
        (&[Polling, WebSocket][..], r#""websocket","webtransport""#),
        (&[Polling, WebTransport, WebSocket], r#""websocket""#),
    ] {
        let scenario = with(transports).connected_to(&Hello { upgrades, ..Hello::default() });
        scenario.latest(WebSocket);
        assert_eq!(scenario.wire.transports.len(), 2);
    }
}

#[test]
fn websocket_is_probed_when_webtransport_fails() {
    for answer in [None, Some(""), Some("4x"), Some("3")] {
        let mut scenario = probing();
        match answer {
            None => scenario.lose("reset"),
            Some(answer) => scenario.push(answer),
        }
        let failed = if answer.is_none() { "upgrade failed: reset" } else { "upgrade failed" };
        scenario.expect(&["close #2", "open #3 websocket with sid", failed]);
        scenario.open_websocket();
        scenario.expect(&["send #3 2probe"]);
        scenario.push("3probe");
        scenario.answer(&["6"]);
        scenario.expect(&["upgrading websocket", "send #3 5", "close #1", "upgraded websocket"]);
    }
}

#[test]
fn websocket_is_probed_when_webtransport_is_silent_for_3_s() {
    let mut scenario = with(&[Polling, WebSocket, WebTransport]).connected_to(&both());
    scenario.advance(2_999.0);
    scenario.expect(&[]);
    scenario.advance(1.0);
    scenario.expect(&["close #2", "open #3 websocket with sid", "upgrade failed"]);
}

#[test]
fn alone_it_is_given_the_time_of_any_probe() {
    let mut scenario = with(&[Polling, WebTransport]).connected_to(&both());
    scenario.advance(9_999.0);
    scenario.expect(&[]);
    scenario.advance(1.0);
    scenario.expect(&["close #2", "upgrade failed"]);
}

#[test]
fn a_websocket_that_fails_too_leaves_polling_as_it_is() {
    let mut scenario = probing();
    scenario.lose("reset");
    scenario.take();
    scenario.lose("403");
    scenario.expect(&["close #3", "upgrade failed: 403"]);
    scenario.emit("[1]");
    scenario.answer(&["42[2]"]);
    scenario.expect(&["post #1 42[1]", "event / [2]", "get #1"]);
}

#[test]
fn webtransport_that_dies_while_polling_pauses_loses_nothing() {
    let mut scenario = probing();
    scenario.push("3probe");
    scenario.emit("[1]");
    scenario.take();
    scenario.lose("reset");
    scenario.expect(&["close #2", "open #3 websocket with sid", "post #1 42[1]", "upgrade failed: reset"]);
    scenario.answer(&["42[2]"]);
    scenario.expect(&["event / [2]", "get #1"]);
    scenario.lose("reset too");
    scenario.expect(&["close #3", "upgrade failed: reset too"]);
}

#[test]
fn near_a_server_polling_goes_on_beside_the_probe_of_websocket() {
    let mut scenario = with(&[Polling, WebSocket, WebTransport]).opening();
    scenario.say_hello_at_once(&both());
    scenario.end_turn();
    scenario.drain();
    scenario.receive(r#"40{"sid":"s"}"#);
    scenario.take();
    scenario.lose("no UDP");
    scenario.expect(&["close #2", "open #3 websocket with sid", "get #1", "upgrade failed: no UDP"]);
}

#[test]
fn the_next_session_tries_webtransport_again() {
    let mut scenario = probing();
    scenario.lose("reset");
    scenario.close_engine();
    scenario.advance(1_000.0);
    scenario.take();
    scenario.say_hello(&both());
    scenario.end_turn();
    scenario.drain();
    scenario.receive(r#"40{"sid":"s"}"#);
    let lines = scenario.take();
    assert!(lines.contains(&"open #5 webtransport with sid".to_owned()), "{lines:?}");
}
