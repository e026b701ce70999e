//! Bad first answers: each its code, no engine left open, growing delays.

use ferrio::config::TransportKind::{Polling, WebSocket};

use super::scenario::{Hello, ROOT, Scenario};

const REST: &str = r#""upgrades":[],"pingInterval":25000,"pingTimeout":20000"#;

/// What the server says first, and the error it makes.
fn bad_answers() -> Vec<(String, &'static str)> {
    let with = |members: &str| format!("0{{{members}}}");
    vec![
        ("0".to_owned(), "Handshake(BadJson)"),
        ("0{}".to_owned(), "Handshake(MissingSid)"),
        ("0null".to_owned(), "Handshake(BadJson)"),
        ("0[]".to_owned(), "Handshake(BadJson)"),
        (r#"0"sid""#.to_owned(), "Handshake(BadJson)"),
        (r#"0{"sid":"e""#.to_owned(), "Handshake(BadJson)"),
        (with(REST), "Handshake(MissingSid)"),
        (with(&format!(r#""sid":"",{REST}"#)), "Handshake(MissingSid)"),
        (with(&format!(r#""sid":7,{REST}"#)), "Handshake(MissingSid)"),
        (with(r#""sid":"e","pingTimeout":1"#), "Handshake(BadPingInterval)"),
        (with(r#""sid":"e","pingInterval":0,"pingTimeout":1"#), "Handshake(BadPingInterval)"),
        (with(r#""sid":"e","pingInterval":-5,"pingTimeout":1"#), "Handshake(BadPingInterval)"),
        (with(r#""sid":"e","pingInterval":1e300,"pingTimeout":1"#), "Handshake(BadPingInterval)"),
        (with(r#""sid":"e","pingInterval":"25000","pingTimeout":1"#), "Handshake(BadPingInterval)"),
        (with(r#""sid":"e","pingInterval":null,"pingTimeout":1"#), "Handshake(BadPingInterval)"),
        (with(r#""sid":"e","pingInterval":1"#), "Handshake(BadPingTimeout)"),
        (with(r#""sid":"e","pingInterval":1,"pingTimeout":0"#), "Handshake(BadPingTimeout)"),
        (with(r#""sid":"e","pingInterval":1,"pingTimeout":1,"upgrades":null"#), "Handshake(BadUpgrades)"),
        (with(r#""sid":"e","pingInterval":1,"pingTimeout":1,"upgrades":[1]"#), "Handshake(BadUpgrades)"),
        (with(r#""sid":"e","pingInterval":1,"pingTimeout":1,"maxPayload":0"#), "Handshake(BadMaxPayload)"),
        (with(r#""sid":"e","pingInterval":1,"pingTimeout":1,"maxPayload":"9""#), "Handshake(BadMaxPayload)"),
        (with(&format!(r#""sid":"e\q",{REST}"#)), "Handshake(BadJson)"),
        ("<html>".to_owned(), "NotSocketio"),
        ("".to_owned(), "NotSocketio"),
        ("4hello".to_owned(), "NotSocketio"),
        ("1".to_owned(), "NotSocketio"),
        ("2".to_owned(), "NotSocketio"),
    ]
}

#[test]
fn a_bad_handshake_is_one_clear_error_a_clean_close_and_a_retry() {
    for kind in [Polling, WebSocket] {
        for (answer, code) in bad_answers() {
            let mut scenario = Scenario::starting_with(kind).opening();
            if kind == WebSocket {
                scenario.open_websocket();
            }
            scenario.receive(&answer);
            scenario.expect(&[
                "close #1",
                &format!("cause {code}: {answer}"),
                "engine closed: transport error",
                "connect error / cause above, retry in 1000 ms",
                "error",
                "waiting 1: 1000 ms",
            ]);
            assert!(scenario.wire.transports.is_empty(), "{answer}");
        }
    }
}

#[test]
fn a_body_without_any_packet_is_no_handshake() {
    let mut scenario = Scenario::new().opening();
    scenario.answer(&[]);
    assert_eq!(scenario.take()[1], "cause NotSocketio");
}

#[test]
fn a_binary_frame_is_no_handshake() {
    let mut scenario = Scenario::starting_with(WebSocket).opening();
    scenario.open_websocket();
    scenario.push_binary(&[1]);
    assert_eq!(scenario.take()[1], "cause NotSocketio: <01>");
}

#[test]
fn the_delay_grows_with_each_bad_handshake() {
    let mut scenario = Scenario::new().opening();
    let mut delays = Vec::new();
    for _ in 0..5 {
        scenario.answer(&["0{}"]);
        delays.extend(scenario.take().into_iter().filter(|line| line.starts_with("waiting")));
        scenario.advance(5_000.0);
    }
    assert_eq!(
        delays,
        ["waiting 1: 1000 ms", "waiting 2: 2000 ms", "waiting 3: 4000 ms", "waiting 4: 5000 ms", "waiting 5: 5000 ms"]
    );
}

#[test]
fn the_next_good_server_works() {
    let mut scenario = Scenario::new().opening();
    scenario.answer(&["0{}"]);
    scenario.advance(1_000.0);
    scenario.take();
    scenario.say_hello(&Hello::default());
    scenario.expect(&["handshake", "opened", "reconnected 1", "post #2 40", "get #2"]);
}

#[test]
fn a_server_of_socketio_3_tells_no_max_payload() {
    let mut scenario = Scenario::new().connected_to(&Hello { max_payload: None, ..Hello::default() });
    let long = format!(r#"["{}"]"#, "x".repeat(2_000_000));
    scenario.emit(&long);
    scenario.emit("[1]");
    let lines = scenario.take();
    assert_eq!(lines.len(), 1, "one body for both");
    assert!(lines[0].ends_with(r#""]␞42[1]"#));
}

#[test]
fn a_handshake_without_upgrades_means_none() {
    let mut scenario = Scenario::new().opening();
    scenario.answer(&[r#"0{"sid":"e","pingInterval":25000,"pingTimeout":20000}"#]);
    scenario.expect(&["handshake", "opened", "post #1 40", "get #1"]);
    scenario.advance(600.0);
    scenario.expect(&[]);
}

#[test]
fn a_second_handshake_breaks_the_session() {
    let mut scenario = Scenario::new().connected();
    scenario.answer(&[&format!(r#"0{{"sid":"f",{REST}}}"#)]);
    // The server hears of it.
    scenario.expect(&[
        "post #1 1",
        &format!(r#"cause Protocol(SecondOpen): 0{{"sid":"f",{REST}}}"#),
        "engine closed: parse error",
        "disconnect / parse error, cause above",
        "closed: parse error",
        "waiting 1: 1000 ms",
    ]);
    scenario.drain();
    scenario.expect(&["close #1"]);
}

#[test]
fn a_failed_opening_without_reconnection_is_only_reported() {
    let mut scenario = Scenario::new();
    scenario.open(false);
    scenario.take();
    scenario.answer(&["0{}"]);
    scenario.expect(&["close #1", "cause Handshake(MissingSid): 0{}", "engine closed: transport error", "error"]);
    assert_eq!(scenario.timer(), None);
}

#[test]
fn the_app_can_try_again_after_a_bad_handshake() {
    let mut scenario = Scenario::configured(|config| config.reconnection = false).opening();
    scenario.answer(&["0{}"]);
    scenario.take();
    scenario.connect(ROOT);
    scenario.expect(&["engine polling", "open #2 polling", "get #2"]);
}
