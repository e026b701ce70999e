//! The app's `auth` is asked for at every CONNECT; late, failed and stale answers.

use ferrio::config::TransportKind::WebSocket;

use super::scenario::{Hello, ROOT, Scenario};

/// The engine is open over websocket, and the app was asked.
fn asked() -> Scenario {
    let mut scenario = Scenario::starting_with(WebSocket);
    scenario.answers_auth = false;
    scenario.connect(ROOT);
    scenario.say_hello(&Hello::default());
    scenario.expect(&["engine websocket", "open #1 websocket", "handshake", "auth / 1", "opened"]);
    scenario
}

#[test]
fn its_json_goes_with_connect() {
    let mut scenario = asked();
    scenario.authorize(ROOT, 1, Some(r#"{"token":"t"}"#));
    scenario.expect(&[r#"send #1 40{"token":"t"}"#]);
}

#[test]
fn it_goes_with_connect_of_any_namespace() {
    let mut scenario = asked();
    let chat = scenario.socket("/chat");
    scenario.connect(chat);
    scenario.expect(&["auth /chat 1"]);
    scenario.authorize(chat, 1, Some(r#"{"token":"t"}"#));
    scenario.expect(&[r#"send #1 40/chat,{"token":"t"}"#]);
}

#[test]
fn it_may_come_late() {
    let mut scenario = asked();
    scenario.advance(9_999.0);
    scenario.authorize(ROOT, 1, None);
    scenario.expect(&["send #1 40"]);
    scenario.advance(9_999.0);
    scenario.push(r#"40{"sid":"s"}"#);
    scenario.expect(&[r#"connected / {"sid":"s"}"#, "connect /"]);
}

#[test]
fn one_that_never_answers_is_an_error_and_asked_again() {
    let mut scenario = asked();
    scenario.advance(10_000.0);
    scenario.expect(&["connect error / NamespaceTimeout, retry in 0 ms", "auth / 2"]);
}

#[test]
fn one_that_fails_is_an_error_and_asked_again_later() {
    let mut scenario = asked();
    scenario.fail_auth(ROOT, 1, "token server down");
    scenario.expect(&["connect error / Auth: token server down, retry in 10000 ms"]);
    scenario.advance(9_999.0);
    scenario.expect(&[]);
    scenario.advance(1.0);
    scenario.expect(&["auth / 2"]);
    scenario.authorize(ROOT, 2, None);
    scenario.expect(&["send #1 40"]);
}

#[test]
fn a_stale_or_repeated_answer_is_dropped() {
    let mut scenario = asked();
    scenario.advance(10_000.0);
    scenario.take();
    scenario.authorize(ROOT, 1, Some(r#"{"old":1}"#));
    scenario.fail_auth(ROOT, 1, "old");
    scenario.expect(&[]);
    scenario.authorize(ROOT, 2, None);
    scenario.expect(&["send #1 40"]);
    scenario.authorize(ROOT, 2, None);
    scenario.fail_auth(ROOT, 2, "too late");
    scenario.expect(&[]);
}

#[test]
fn an_answer_after_disconnect_is_dropped() {
    let mut scenario = asked();
    let chat = scenario.socket("/chat");
    scenario.connect(chat);
    scenario.disconnect(ROOT);
    scenario.take();
    scenario.authorize(ROOT, 1, None);
    scenario.expect(&[]);
}

#[test]
fn an_answer_for_a_lost_engine_is_dropped() {
    let mut scenario = asked();
    scenario.lose("reset");
    scenario.take();
    scenario.authorize(ROOT, 1, None);
    scenario.expect(&[]);
    scenario.advance(1_000.0);
    scenario.say_hello(&Hello::default());
    let lines = scenario.take();
    assert!(lines.contains(&"auth / 2".to_owned()), "{lines:?}");
    scenario.authorize(ROOT, 1, Some(r#"{"old":1}"#));
    scenario.expect(&[]);
}

#[test]
fn an_app_that_connects_again_is_asked_again() {
    let mut scenario = asked();
    scenario.disconnect(ROOT);
    scenario.connect(ROOT);
    scenario.say_hello(&Hello::default());
    let lines = scenario.take();
    assert_eq!(lines[lines.len() - 2..], ["auth / 2", "opened"]);
}
