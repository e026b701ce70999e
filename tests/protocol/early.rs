//! Events that come before the answer to CONNECT are kept, within a bound, and delivered once.

use ferrio::config::TransportKind::WebSocket;

use super::scenario::{Hello, ROOT, Scenario};

fn joining(max_early_events: usize) -> Scenario {
    let mut scenario = Scenario::configured(|config| {
        config.max_early_events = max_early_events;
        config.engine.transports = config.engine.transports.starting_with(WebSocket);
    })
    .opening();
    scenario.say_hello(&Hello::default());
    scenario.forget()
}

#[test]
fn they_wait_for_the_answer() {
    let mut scenario = joining(1_000);
    scenario.push(r#"42["a"]"#);
    scenario.push(r#"427["b"]"#);
    scenario.push(r#"451-["c",{"_placeholder":true,"num":0}]"#);
    scenario.push_binary(&[1]);
    scenario.expect(&[]);
    scenario.push(r#"40{"sid":"s"}"#);
    scenario.expect(&[
        r#"connected / {"sid":"s"}"#,
        r#"event / ["a"]"#,
        r#"event / ["b"] wants ack 7"#,
        r#"event / ["c",{"_placeholder":true,"num":0}] <01>"#,
        "connect /",
    ]);
}

#[test]
fn a_server_that_sends_more_than_is_kept_is_left() {
    let mut scenario = joining(2);
    scenario.push("42[0]");
    scenario.push("42[1]");
    scenario.expect(&[]);
    scenario.push("42[2]");
    scenario.expect(&LEFT);
    let mut scenario = joining(1_000);
    let long = format!("42[\"{}\"]", "x".repeat(600_000));
    scenario.push(&long);
    scenario.expect(&[]);
    scenario.push(&long);
    scenario.expect(&LEFT);
}

const LEFT: [&str; 6] = [
    "close #1",
    "cause TooLarge",
    "engine closed: parse error",
    "disconnect / parse error, cause above",
    "closed: parse error",
    "waiting 1: 1000 ms",
];

#[test]
fn they_do_not_survive_a_refusal_a_disconnect_or_a_loss() {
    let ways: [fn(&mut Scenario); 3] = [
        |scenario| scenario.push(r#"44{"message":"no"}"#),
        |scenario| scenario.disconnect(ROOT),
        |scenario| {
            scenario.lose("reset");
            scenario.advance(1_000.0);
        },
    ];
    for way in ways {
        let mut scenario = joining(1_000);
        scenario.push(r#"42["a"]"#);
        way(&mut scenario);
        scenario.connect(ROOT);
        scenario.say_hello(&Hello::default());
        scenario.take();
        scenario.push(r#"40{"sid":"s"}"#);
        scenario.expect(&[r#"connected / {"sid":"s"}"#, "connect /"]);
    }
}
