//! Reconnection: attempts, delays, limits, and what the app is told.

use ferrio::config::TransportKind::WebSocket;
use ferrio::config::{ManagerConfig, TransportList};

use super::scenario::{Hello, ROOT, Scenario};

/// The delays of this many failed attempts in a row.
fn delays(scenario: &mut Scenario, count: usize) -> Vec<f64> {
    let mut delays = Vec::new();
    for _ in 0..count {
        scenario.lose("refused");
        let lines = scenario.take();
        let waiting = lines.iter().find(|line| line.starts_with("waiting")).expect("an attempt follows");
        let delay: f64 = waiting.split([' ']).nth(2).unwrap().parse().unwrap();
        delays.push(delay);
        scenario.advance(delay);
    }
    delays
}

fn websocket(configure: impl FnOnce(&mut ManagerConfig)) -> Scenario {
    Scenario::configured(|config| {
        config.engine.transports = TransportList::new(&[WebSocket]);
        configure(config);
    })
}

#[test]
fn delays_double_up_to_the_limit() {
    let mut scenario = Scenario::new().opening();
    assert_eq!(delays(&mut scenario, 5), [1_000.0, 2_000.0, 4_000.0, 5_000.0, 5_000.0]);
}

#[test]
fn delays_are_spread_within_their_bounds_also_at_the_limit() {
    let mut scenario = websocket(|config| config.randomization_factor = 0.5).opening();
    let delays = delays(&mut scenario, 40);
    for (delay, [low, high]) in delays.iter().zip([[500.0, 1_500.0], [1_000.0, 3_000.0], [2_000.0, 5_000.0]]) {
        assert!((low..=high).contains(delay), "{delay} is not in {low}..{high}");
    }
    let at_the_limit = &delays[3..];
    assert!(at_the_limit.iter().all(|delay| (2_500.0..=5_000.0).contains(delay)), "{at_the_limit:?}");
    let mut distinct: Vec<u64> = at_the_limit.iter().map(|delay| *delay as u64 / 250).collect();
    distinct.sort_unstable();
    distinct.dedup();
    assert!(distinct.len() > 5, "full jitter, not one value: {at_the_limit:?}");
}

#[test]
fn delays_never_overflow_to_nothing() {
    let mut scenario = websocket(|config| config.randomization_factor = 0.5).opening();
    let delays = delays(&mut scenario, 2_000);
    assert!(delays[1_000..].iter().all(|delay| *delay >= 2_500.0));
}

#[test]
fn a_delay_of_0_means_0() {
    let mut scenario = websocket(|config| config.reconnection_delay = 0.0).opening();
    assert_eq!(delays(&mut scenario, 5), [0.0; 5]);
}

/// The first attempt was told, and the app has not answered.
fn told() -> Scenario {
    let mut scenario = Scenario::new().waiting();
    scenario.answers_attempts = false;
    scenario.advance(1_000.0);
    scenario.expect(&["reconnect attempt 1"]);
    scenario
}

#[test]
fn an_attempt_begins_with_what_the_app_changes_when_it_is_told() {
    let mut scenario = told();
    scenario.manager.config_mut().engine.transports = TransportList::new(&[WebSocket]);
    scenario.input(|manager, now| manager.handle_attempt(now));
    scenario.expect(&["engine websocket", "open #2 websocket"]);
}

#[test]
fn no_attempt_begins_when_the_app_wants_no_more_of_them() {
    let mut scenario = told();
    scenario.manager.config_mut().reconnection = false;
    scenario.input(|manager, now| manager.handle_attempt(now));
    scenario.expect(&[]);
    assert_eq!(scenario.timer(), None);
    scenario.open(true);
    scenario.expect(&["engine polling", "open #2 polling", "get #2"]);
}

#[test]
fn an_attempt_does_not_begin_twice_or_after_the_app_has_closed() {
    let mut scenario = told();
    scenario.open(true);
    scenario.take();
    scenario.input(|manager, now| manager.handle_attempt(now));
    scenario.expect(&[]);
    let mut scenario = told();
    scenario.close();
    scenario.take();
    scenario.input(|manager, now| manager.handle_attempt(now));
    scenario.expect(&[]);
}

#[test]
fn a_failed_attempt_is_told_in_the_official_order() {
    let mut scenario = Scenario::new().waiting();
    scenario.advance(1_000.0);
    scenario.expect(&["reconnect attempt 1", "engine polling", "open #2 polling", "get #2"]);
    scenario.lose("refused");
    scenario.expect(&[
        "close #2",
        "cause Transport: refused",
        "engine closed: transport error",
        "connect error / cause above, retry in 2000 ms",
        "error",
        "waiting 2: 2000 ms",
        "reconnect error",
    ]);
}

#[test]
fn it_gives_up_after_the_allowed_attempts() {
    let mut scenario = websocket(|config| config.reconnection_attempts = 2.0).opening();
    assert_eq!(delays(&mut scenario, 2), [1_000.0, 2_000.0]);
    scenario.take();
    scenario.lose("refused");
    scenario.expect(&[
        "close #3",
        "cause Transport: refused",
        "engine closed: transport error",
        "connect error / cause above",
        "error",
        "reconnect failed",
        "reconnect error",
    ]);
    assert_eq!(scenario.timer(), None);
}

#[test]
fn after_giving_up_the_app_can_connect_and_has_all_attempts_again() {
    let mut scenario = websocket(|config| config.reconnection_attempts = 1.0).opening();
    delays(&mut scenario, 1);
    scenario.lose("refused");
    scenario.take();
    scenario.connect(ROOT);
    scenario.expect(&["engine websocket", "open #3 websocket"]);
    assert_eq!(delays(&mut scenario, 1), [1_000.0]);
}

#[test]
fn no_attempts_at_all_are_allowed_too() {
    let mut scenario = websocket(|config| config.reconnection_attempts = 0.0).opening();
    scenario.lose("refused");
    scenario.expect(&[
        "close #1",
        "cause Transport: refused",
        "engine closed: transport error",
        "connect error / cause above",
        "error",
        "reconnect failed",
    ]);
}

#[test]
fn without_reconnection_nothing_follows_a_failure_or_a_loss() {
    let mut scenario = websocket(|config| config.reconnection = false).opening();
    scenario.lose("refused");
    scenario.expect(&[
        "close #1",
        "cause Transport: refused",
        "engine closed: transport error",
        "connect error / cause above",
        "error",
    ]);
    let mut scenario = websocket(|config| config.reconnection = false).connected();
    scenario.lose("reset");
    assert_eq!(scenario.take().last().unwrap(), "closed: transport error");
    scenario.advance(60_000.0);
    scenario.expect(&[]);
}

#[test]
fn a_success_is_told_with_its_attempt() {
    let mut scenario = Scenario::starting_with(WebSocket).waiting();
    scenario.advance(1_000.0);
    scenario.lose("refused");
    scenario.advance(2_000.0);
    scenario.take();
    scenario.say_hello(&Hello::default());
    scenario.expect(&["handshake", "opened", "reconnected 2", "send #3 40"]);
}

#[test]
fn attempts_count_anew_after_a_success() {
    let mut scenario = Scenario::starting_with(WebSocket).waiting();
    scenario.advance(1_000.0);
    scenario.say_hello(&Hello::default());
    scenario.lose("reset");
    let lines = scenario.take();
    assert!(lines.last().unwrap().starts_with("waiting 1"), "{lines:?}");
}

#[test]
fn a_server_that_accepts_and_closes_is_not_hammered() {
    let mut scenario = Scenario::starting_with(WebSocket).connected();
    let mut delays = Vec::new();
    for _ in 0..5 {
        scenario.lose("reset");
        delays.push(scenario.timer().unwrap());
        scenario.advance(5_000.0);
        scenario.say_hello_at_once(&Hello::default());
    }
    assert_eq!(delays, [1_000.0, 2_000.0, 4_000.0, 5_000.0, 5_000.0]);
}

#[test]
fn a_connection_that_lasted_resets_the_delays() {
    let mut scenario = websocket(|_| {}).opening();
    delays(&mut scenario, 4);
    scenario.say_hello(&Hello::default());
    scenario.advance(4_999.0);
    scenario.lose("reset");
    assert_eq!(scenario.timer(), Some(5_000.0));
    scenario.advance(5_000.0);
    scenario.say_hello(&Hello::default());
    scenario.advance(5_000.0);
    scenario.lose("reset");
    assert_eq!(scenario.timer(), Some(1_000.0));
}

#[test]
fn options_can_change_at_any_time() {
    let mut scenario = websocket(|_| {}).opening();
    scenario.manager.config_mut().reconnection_delay = 100.0;
    assert_eq!(delays(&mut scenario, 2), [100.0, 200.0]);
}

#[test]
fn no_transports_and_no_delay_do_not_spin_within_one_wake_up() {
    let mut scenario = Scenario::configured(|config| {
        config.engine.transports = TransportList::new(&[]);
        config.reconnection_delay = 0.0;
        config.reconnection_attempts = 1_000.0;
    });
    scenario.connect(ROOT);
    scenario.take();
    scenario.input(|manager, now| manager.handle_timeout(now));
    let lines = scenario.take();
    let failures = lines.iter().filter(|line| *line == "error").count();
    assert!((1..10).contains(&failures), "{failures} failures in one wake-up: the page hangs");
    assert_eq!(scenario.timer(), Some(0.0), "the rest is left to the next");
}
