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

#[test]
fn a_dropped_one_registers_no_ack() {
    let mut scenario = Scenario::starting_with(WebSocket).opening();
    let options = EmitOptions { volatile: true, ack: Some(70), wants_error: true, timeout: 100.0, compress: true };
    scenario.emit_with(ROOT, "[1]", &[], options);
    scenario.expect(&["ack / for 70 failed: Dropped"]);
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
