//! What the page says of the network and of itself.

use ferrio::config::TransportKind::{Polling, WebSocket};
use ferrio::socketio::NetworkChange;

use super::scenario::{Hello, ROOT, Scenario};

const WAKE_UPS: [NetworkChange; 4] =
    [NetworkChange::Online, NetworkChange::Visible, NetworkChange::PageShow, NetworkChange::Resume];

/// The heartbeat's deadline is this far away when a connection has just begun.
const PERIOD: f64 = 45_000.0;

#[test]
fn a_wake_up_begins_the_next_attempt_at_once_and_resets_the_delays() {
    for change in WAKE_UPS {
        let mut scenario = Scenario::starting_with(WebSocket).waiting();
        for _ in 0..3 {
            scenario.advance(5_000.0);
            scenario.lose("refused");
        }
        scenario.take();
        scenario.network(change);
        scenario.expect(&["reconnect attempt 4", "engine websocket", "open #5 websocket"]);
        scenario.advance(10.0);
        scenario.lose("refused");
        assert_eq!(scenario.timer(), Some(1_000.0), "{change:?}");
    }
}

#[test]
fn wake_ups_that_come_together_begin_one_attempt() {
    let mut scenario = Scenario::starting_with(WebSocket).waiting();
    for change in WAKE_UPS {
        scenario.network(change);
    }
    scenario.advance(15_000.0);
    scenario.expect(&["reconnect attempt 1", "engine websocket", "open #2 websocket"]);
}

#[test]
fn a_wake_up_does_not_disturb_what_is_open_or_closed() {
    for change in WAKE_UPS {
        for mut scenario in [
            Scenario::new(),
            Scenario::new().opening(),
            Scenario::new().connected(),
            Scenario::connected_over(WebSocket),
            Scenario::new().probing(),
        ] {
            scenario.network(change);
            scenario.advance(0.0);
            scenario.expect(&[]);
        }
    }
}

#[test]
fn a_heartbeat_that_expired_in_the_sleep_is_noticed_on_wake_up_and_the_next_attempt_does_not_wait() {
    for change in WAKE_UPS {
        for kind in [Polling, WebSocket] {
            let mut scenario = Scenario::connected_over(kind);
            scenario.sleep(PERIOD);
            scenario.network(change);
            // What came meanwhile is read before the timer fires.
            scenario.expect(&[]);
            scenario.advance(0.0);
            let lines = scenario.take();
            assert_eq!(lines[..2], ["close #1", "engine closed: ping timeout"]);
            assert_eq!(lines[4], "waiting 1: 0 ms");
            assert_eq!(lines[5], "reconnect attempt 1");
        }
    }
}

#[test]
fn a_heartbeat_in_time_goes_on_after_a_wake_up_until_its_own_deadline() {
    for change in WAKE_UPS {
        for kind in [Polling, WebSocket] {
            let mut scenario = Scenario::connected_over(kind);
            scenario.sleep(PERIOD - 1.0);
            scenario.network(change);
            scenario.receive("2");
            scenario.take();
            scenario.advance(PERIOD - 1.0);
            scenario.expect(&[]);
            scenario.advance(1.0);
            assert_eq!(scenario.take()[1], "engine closed: ping timeout");
        }
    }
}

#[test]
fn what_is_lost_soon_after_a_wake_up_is_begun_anew_at_once() {
    for change in WAKE_UPS {
        let mut scenario = Scenario::connected_over(WebSocket);
        scenario.sleep(1_000.0);
        scenario.network(change);
        scenario.advance(100.0);
        scenario.lose("reset");
        scenario.expect(&[
            "close #1",
            "cause Transport: reset",
            "engine closed: transport error",
            "disconnect / transport error, cause above",
            "closed: transport error",
            "waiting 1: 0 ms",
        ]);
    }
}

#[test]
fn an_attempt_from_before_a_wake_up_that_fails_soon_after_it_is_made_anew_at_once_and_only_one() {
    let mut scenario = Scenario::starting_with(WebSocket).opening();
    scenario.sleep(1_000.0);
    scenario.network(NetworkChange::Online);
    scenario.lose("unreachable");
    assert_eq!(scenario.timer(), Some(0.0));
    scenario.advance(0.0);
    scenario.lose("unreachable");
    assert_eq!(scenario.timer(), Some(1_000.0));
}

#[test]
fn what_is_lost_long_after_a_wake_up_has_nothing_to_do_with_it() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.sleep(1_000.0);
    scenario.network(NetworkChange::Visible);
    scenario.advance(5_000.0);
    scenario.lose("reset");
    assert_eq!(scenario.timer(), Some(1_000.0));
}

#[test]
fn a_server_that_accepts_and_closes_is_not_hammered_after_a_wake_up() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.sleep(1_000.0);
    scenario.network(NetworkChange::Resume);
    scenario.lose("reset");
    for delay in [0.0, 1_000.0, 2_000.0, 4_000.0] {
        assert_eq!(scenario.timer(), Some(delay));
        scenario.advance(delay);
        scenario.say_hello(&Hello::default());
        scenario.lose("reset");
    }
}

#[test]
fn going_offline_loses_the_connection() {
    for kind in [Polling, WebSocket] {
        let mut scenario = Scenario::connected_over(kind);
        scenario.network(NetworkChange::Offline);
        scenario.expect(&[
            "close #1",
            "cause NetworkLost",
            "engine closed: transport close",
            "disconnect / transport close, cause above",
            "closed: transport close",
            "waiting 1: 1000 ms",
        ]);
    }
}

#[test]
fn going_offline_fails_an_attempt() {
    let mut scenario = Scenario::new().opening();
    scenario.network(NetworkChange::Offline);
    scenario.expect(&[
        "close #1",
        "cause NetworkLost",
        "engine closed: transport error",
        "connect error / cause above, retry in 1000 ms",
        "error",
        "waiting 1: 1000 ms",
    ]);
}

#[test]
fn going_offline_is_noticed_for_every_connection() {
    let mut scenario = Scenario::connected_over(WebSocket);
    for _ in 0..4 {
        scenario.network(NetworkChange::Offline);
        let lines = scenario.take();
        assert!(lines.contains(&"cause NetworkLost".to_owned()), "{lines:?}");
        scenario.network(NetworkChange::Online);
        scenario.advance(0.0);
        scenario.say_hello(&Hello::default());
        scenario.push(r#"40{"sid":"s"}"#);
        scenario.take();
    }
}

#[test]
fn an_attempt_does_not_wait_for_the_browser_to_say_that_it_is_online() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.network(NetworkChange::Offline);
    scenario.take();
    scenario.advance(1_000.0);
    scenario.expect(&["reconnect attempt 1", "engine websocket", "open #2 websocket"]);
}

#[test]
fn a_freeze_ends_a_websocket_and_the_page_reconnects_when_it_runs_again() {
    for mut scenario in [Scenario::connected_over(WebSocket), Scenario::new().upgraded()] {
        scenario.network(NetworkChange::Freeze);
        let lines = scenario.take();
        assert_eq!(
            lines[1..4],
            ["cause NetworkLost", "engine closed: transport close", "disconnect / transport close, cause above",]
        );
        scenario.emit(r#"["while frozen"]"#);
        assert_eq!(scenario.buffered(), [r#"["while frozen"]"#]);
        scenario.sleep(600_000.0);
        scenario.network(NetworkChange::Resume);
        assert_eq!(scenario.take()[0], "reconnect attempt 1");
        // A page out of the back/forward cache hears all three.
        scenario.network(NetworkChange::Visible);
        scenario.network(NetworkChange::PageShow);
        scenario.advance(0.0);
        scenario.expect(&[]);
    }
}

#[test]
fn a_freeze_fails_an_attempt_over_websocket() {
    let mut scenario = Scenario::starting_with(WebSocket).opening();
    scenario.network(NetworkChange::Freeze);
    scenario.expect(&[
        "close #1",
        "cause NetworkLost",
        "engine closed: transport error",
        "connect error / cause above, retry in 1000 ms",
        "error",
        "waiting 1: 1000 ms",
    ]);
}

#[test]
fn a_freeze_leaves_alone_what_survives_it() {
    for mut scenario in [
        Scenario::new(),
        Scenario::new().opening(),
        Scenario::new().connected(),
        Scenario::new().probing(),
        Scenario::new().waiting(),
    ] {
        scenario.network(NetworkChange::Freeze);
        scenario.expect(&[]);
    }
}

#[test]
fn a_page_that_unloads_closes_only_if_it_was_asked_to() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.network(NetworkChange::BeforeUnload);
    scenario.expect(&[]);
    scenario.manager.config_mut().close_on_beforeunload = true;
    scenario.network(NetworkChange::BeforeUnload);
    let lines = scenario.take();
    assert_eq!(lines[0], "close #1");
    scenario.connect(ROOT);
}
