//! Volatile events leave now or never.

use ferrio::config::TransportKind::{Polling, WebSocket};
use ferrio::socketio::EmitOptions;

use super::scenario::{Hello, ROOT, Scenario};

fn emit_volatile(scenario: &mut Scenario) {
    let options = EmitOptions { volatile: true, ..EmitOptions::default() };
    scenario.emit_with(ROOT, r#"["v"]"#, &[], options);
}

#[test]
fn one_is_sent_when_the_transport_is_free() {
    let mut scenario = Scenario::connected_over(WebSocket);
    emit_volatile(&mut scenario);
    scenario.expect(&[r#"send #1 42["v"]"#]);
    let mut scenario = Scenario::connected_over(Polling);
    emit_volatile(&mut scenario);
    scenario.expect(&[r#"post #1 42["v"]"#]);
}

#[test]
fn one_is_dropped_wherever_it_would_have_to_wait() {
    let posting = {
        let mut scenario = Scenario::connected_over(Polling);
        scenario.emit("[1]");
        scenario.forget()
    };
    let joining = {
        let mut scenario = Scenario::starting_with(WebSocket).opening();
        scenario.say_hello(&Hello::default());
        scenario.forget()
    };
    let states = [
        posting,
        joining,
        Scenario::new(),
        Scenario::new().opening(),
        Scenario::new().waiting(),
        Scenario::new().pausing(),
    ];
    for mut scenario in states {
        emit_volatile(&mut scenario);
        scenario.expect(&[]);
        assert!(scenario.buffered().is_empty());
    }
}

/// A volatile event with an ack.
fn asking(wants_error: bool, timeout: f64) -> EmitOptions {
    EmitOptions { volatile: true, ack: Some(70), wants_error, timeout, ..EmitOptions::default() }
}

#[test]
fn a_dropped_one_registers_no_ack() {
    let mut scenario = Scenario::starting_with(WebSocket).opening();
    for options in [asking(true, f64::INFINITY), asking(false, 100.0)] {
        scenario.emit_with(ROOT, "[1]", &[], options);
        scenario.expect(&["ack / for 70 failed: Dropped"]);
    }
    scenario.advance(200.0);
    scenario.expect(&[]);
    scenario.emit_asking("[2]", 71, f64::INFINITY);
    scenario.say_hello(&Hello::default());
    scenario.take();
    scenario.push(r#"40{"sid":"s"}"#);
    scenario.expect(&[r#"connected / {"sid":"s"}"#, "send #1 420[2]", "connect /"]);
}

#[test]
fn a_sent_one_may_ask_for_an_ack() {
    let mut scenario = Scenario::connected_over(WebSocket);
    let options = EmitOptions { volatile: true, ack: Some(70), ..EmitOptions::default() };
    scenario.emit_with(ROOT, "[1]", &[], options);
    scenario.push("430[]");
    scenario.expect(&["send #1 420[1]", "ack / for 70: []"]);
}

#[test]
fn of_a_dropped_one_that_has_a_limit_the_end_of_it_is_told() {
    let mut scenario = Scenario::starting_with(WebSocket).opening();
    scenario.emit_with(ROOT, "[1]", &[], asking(true, 100.0));
    scenario.expect(&[]);
    assert!(scenario.buffered().is_empty());
    scenario.advance(100.0);
    scenario.expect(&["ack / for 70 failed: TimedOut"]);
}

#[test]
fn a_dropped_one_that_has_a_limit_is_never_sent() {
    let mut scenario = Scenario::connected_over(Polling);
    scenario.emit("[1]");
    let mut scenario = scenario.forget();
    scenario.emit_with(ROOT, "[2]", &[], asking(true, 100.0));
    scenario.drain();
    scenario.answer(&["430[]"]);
    assert!(!scenario.take().iter().any(|line| line.starts_with("ack")), "an ack for what was never sent");
    scenario.disconnect(ROOT);
    scenario.expect(&[
        "post #1 41",
        "engine closed: forced close",
        "closed: forced close",
        "disconnect / io client disconnect",
        "ack / for 70 failed: Disconnected",
    ]);
}
