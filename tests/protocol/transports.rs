//! Which transport an engine begins with, and what happens when it does not open.

use ferrio::config::TransportKind::{Polling, WebSocket};
use ferrio::config::TransportList;

use super::scenario::{Hello, ROOT, Scenario};

#[test]
fn try_all_transports_goes_on_with_the_next() {
    let mut scenario = Scenario::configured(|config| {
        config.engine.try_all_transports = true;
        config.engine.transports = TransportList::new(&[WebSocket, Polling]);
    })
    .opening();
    scenario.lose("blocked");
    scenario.expect(&["close #1", "open #2 polling", "get #2", "engine polling"]);
    scenario.lose("blocked too");
    scenario.expect(&[
        "close #2",
        "cause Transport: blocked too",
        "engine closed: transport error",
        "connect error / cause above, retry in 1000 ms",
        "error",
        "waiting 1: 1000 ms",
    ]);
}

#[test]
fn without_it_the_first_failure_counts() {
    let mut scenario = Scenario::starting_with(WebSocket).opening();
    scenario.lose("blocked");
    scenario.expect(&[
        "close #1",
        "cause Transport: blocked",
        "engine closed: transport error",
        "connect error / cause above, retry in 1000 ms",
        "error",
        "waiting 1: 1000 ms",
    ]);
}

#[test]
fn the_attempt_after_one_that_tried_them_all_begins_with_the_first_again() {
    let mut scenario = Scenario::configured(|config| config.engine.try_all_transports = true).opening();
    scenario.lose("polling");
    scenario.lose("websocket");
    scenario.take();
    scenario.advance(1_000.0);
    scenario.expect(&["reconnect attempt 1", "engine polling", "open #3 polling", "get #3"]);
}

#[test]
fn remember_upgrade_begins_with_websocket_once_it_worked() {
    let mut scenario = Scenario::configured(|config| config.engine.remember_upgrade = true).upgraded();
    scenario.close_engine();
    scenario.take();
    scenario.advance(1_000.0);
    scenario.expect(&["reconnect attempt 1", "engine websocket", "open #3 websocket"]);
}

#[test]
fn remember_upgrade_forgets_when_websocket_fails() {
    let mut scenario = Scenario::configured(|config| config.engine.remember_upgrade = true).upgraded();
    scenario.close_engine();
    scenario.advance(1_000.0);
    scenario.lose("blocked");
    scenario.take();
    scenario.advance(2_000.0);
    scenario.expect(&["reconnect attempt 2", "engine polling", "open #4 polling", "get #4"]);
}

#[test]
fn without_remember_upgrade_each_engine_begins_with_polling() {
    let mut scenario = Scenario::new().upgraded();
    scenario.close_engine();
    scenario.take();
    scenario.advance(1_000.0);
    scenario.expect(&["reconnect attempt 1", "engine polling", "open #3 polling", "get #3"]);
}

#[test]
fn no_transports_is_an_error_that_the_app_can_listen_for_first() {
    let mut scenario = Scenario::configured(|config| config.engine.transports = TransportList::new(&[]));
    scenario.connect(ROOT);
    scenario.expect(&[]);
    scenario.advance(0.0);
    scenario.expect(&[
        "cause NoTransports",
        "engine closed: transport error",
        "connect error / cause above, retry in 1000 ms",
        "error",
        "waiting 1: 1000 ms",
    ]);
}

#[test]
fn an_engine_that_does_not_open_in_time_is_given_up() {
    for kind in [Polling, WebSocket] {
        let mut scenario = Scenario::starting_with(kind).opening();
        scenario.advance(19_999.0);
        scenario.expect(&[]);
        scenario.advance(1.0);
        scenario.expect(&[
            "close #1",
            "cause Timeout",
            "engine closed: transport error",
            "connect error / cause above, retry in 1000 ms",
            "error",
            "waiting 1: 1000 ms",
        ]);
    }
}

#[test]
fn an_infinite_timeout_waits_for_ever() {
    let mut scenario = Scenario::configured(|config| config.timeout = f64::INFINITY).opening();
    assert_eq!(scenario.timer(), None);
    scenario.advance(1e9);
    scenario.say_hello(&Hello::default());
    scenario.expect(&["handshake", "opened", "post #1 40", "get #1"]);
}
