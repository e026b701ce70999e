//! A manager that lives long holds no more than a young one.

use ferrio::config::TransportKind::{Polling, WebSocket};

use super::scenario::{Hello, ROOT, Scenario};

/// Everything the manager holds, as it shows itself; numbers are left out, for ids and times grow by design.
fn holdings(scenario: &Scenario) -> String {
    format!("{:?}", scenario.manager).chars().filter(|c| !c.is_ascii_digit() && *c != '.').collect()
}

/// Opens, talks and closes, a second for each.
fn live_once(scenario: &mut Scenario) {
    scenario.connect(ROOT);
    scenario.say_hello(&Hello::upgradable());
    scenario.end_turn();
    if scenario.is_posting() {
        scenario.drain();
    }
    scenario.receive(r#"40{"sid":"s"}"#);
    scenario.emit_asking("[1]", 70, 300.0);
    scenario.receive("6");
    scenario.advance(500.0);
    scenario.disconnect(ROOT);
    scenario.end_turn();
    while scenario.is_posting() {
        scenario.drain();
    }
    scenario.advance(500.0);
    scenario.take();
}

#[test]
fn two_thousand_connections_leave_nothing_behind() {
    for kind in [Polling, WebSocket] {
        let mut scenario = Scenario::starting_with(kind);
        for _ in 0..10 {
            live_once(&mut scenario);
        }
        let before = holdings(&scenario);
        for _ in 0..2_000 {
            live_once(&mut scenario);
            assert!(scenario.wire.transports.is_empty());
        }
        assert_eq!(holdings(&scenario), before);
        scenario.advance(10_000.0);
        assert_eq!(scenario.timer(), None);
    }
}

#[test]
fn two_thousand_lost_connections_leave_nothing_behind() {
    let mut scenario = Scenario::connected_over(WebSocket);
    let lose_once = |scenario: &mut Scenario| {
        scenario.lose("reset");
        scenario.advance(5_000.0);
        scenario.say_hello(&Hello::default());
        scenario.push(r#"40{"sid":"s"}"#);
        scenario.push("452-[]");
        scenario.push_binary(&[1]);
        scenario.take();
    };
    for _ in 0..10 {
        lose_once(&mut scenario);
    }
    let before = holdings(&scenario);
    for _ in 0..2_000 {
        lose_once(&mut scenario);
        assert_eq!(scenario.wire.transports.len(), 1);
    }
    assert_eq!(holdings(&scenario), before);
}

#[test]
fn asking_for_the_same_socket_again_makes_no_other() {
    let mut scenario = Scenario::connected_over(WebSocket);
    let before = holdings(&scenario);
    for _ in 0..2_000 {
        assert_eq!(scenario.socket("/"), ROOT);
    }
    assert_eq!(holdings(&scenario), before);
}
