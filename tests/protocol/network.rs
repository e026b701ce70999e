//! What the page says of the network and of itself.

use ferrio::config::TransportKind::{Polling, WebSocket};
use ferrio::socketio::NetworkChange;

use super::scenario::{ROOT, Scenario};

#[test]
fn good_news_begin_the_next_attempt_at_once_and_reset_the_delays() {
    use NetworkChange::{Online, PageShow, Resume, Visible};
    for change in [Online, Visible, Resume, PageShow] {
        let mut scenario = Scenario::starting_with(WebSocket).waiting();
        for _ in 0..3 {
            scenario.advance(5_000.0);
            scenario.lose("refused");
        }
        scenario.take();
        scenario.network(change);
        scenario.expect(&[]);
        assert_eq!(scenario.timer(), Some(0.0));
        scenario.advance(0.0);
        scenario.expect(&["reconnect attempt 4", "engine websocket", "open #5 websocket"]);
        scenario.lose("refused");
        assert_eq!(scenario.timer(), Some(1_000.0), "{change:?}");
    }
}

#[test]
fn good_news_do_not_disturb_what_is_open_or_closed() {
    use NetworkChange::{Freeze, Hidden, Online, PageHide, Resume, Visible};
    for change in [Online, Visible, Resume, Hidden, PageHide, Freeze] {
        for mut scenario in
            [Scenario::new(), Scenario::new().opening(), Scenario::new().connected(), Scenario::new().probing()]
        {
            scenario.network(change);
            scenario.advance(0.0);
            scenario.expect(&[]);
        }
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
        scenario.say_hello(&super::scenario::Hello::default());
        scenario.push(r#"40{"sid":"s"}"#);
        scenario.take();
    }
}

#[test]
fn a_page_out_of_the_back_forward_cache_connects_anew() {
    let mut scenario = Scenario::connected_over(WebSocket);
    scenario.sleep(60_000.0);
    scenario.network(NetworkChange::PageShow);
    scenario.expect(&[
        "close #1",
        "engine closed: transport close",
        "disconnect / transport close",
        "closed: transport close",
        "waiting 1: 1000 ms",
    ]);
    scenario.advance(0.0);
    scenario.expect(&["reconnect attempt 1", "engine websocket", "open #2 websocket"]);
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
