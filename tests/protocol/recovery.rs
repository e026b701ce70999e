//! Connection state recovery: the same `pid` back means recovered.

use ferrio::config::TransportKind::WebSocket;

use super::scenario::{Hello, ROOT, Scenario};

/// Joined with this answer, then the connection was lost, and CONNECT was sent again.
fn joining_again_after(answer: &str) -> Scenario {
    let mut scenario = Scenario::starting_with(WebSocket).opening();
    scenario.say_hello(&Hello::default());
    scenario.push(answer);
    scenario.lose("reset");
    scenario.advance(1_000.0);
    scenario.say_hello(&Hello::default());
    scenario.forget()
}

#[test]
fn the_same_pid_means_recovered() {
    let mut scenario = joining_again_after(r#"40{"sid":"s","pid":"p"}"#);
    scenario.push(r#"40{"sid":"s","pid":"p"}"#);
    scenario.push(r#"42["missed","offset"]"#);
    scenario.expect(&[r#"connected / {"sid":"s","pid":"p"} recovered"#, "connect /", r#"event / ["missed","offset"]"#]);
}

#[test]
fn another_pid_or_none_means_not_recovered() {
    for answer in [r#"{"sid":"s","pid":"q"}"#, r#"{"sid":"s"}"#] {
        let mut scenario = joining_again_after(r#"40{"sid":"s","pid":"p"}"#);
        scenario.push(&format!("40{answer}"));
        scenario.expect(&[&format!("connected / {answer}"), "connect /"]);
    }
}

#[test]
fn no_pid_before_and_after_is_no_recovery() {
    let mut scenario = joining_again_after(r#"40{"sid":"s"}"#);
    scenario.push(r#"40{"sid":"s"}"#);
    scenario.expect(&[r#"connected / {"sid":"s"}"#, "connect /"]);
}

#[test]
fn the_first_connection_is_never_recovered() {
    let mut scenario = Scenario::starting_with(WebSocket).opening();
    scenario.say_hello(&Hello::default());
    scenario.take();
    scenario.push(r#"40{"sid":"s","pid":"p"}"#);
    scenario.expect(&[r#"connected / {"sid":"s","pid":"p"}"#, "connect /"]);
}

#[test]
fn the_new_pid_counts_from_then_on() {
    let mut scenario = joining_again_after(r#"40{"sid":"s","pid":"p"}"#);
    scenario.push(r#"40{"sid":"t","pid":"q"}"#);
    scenario.lose("reset");
    scenario.advance(5_000.0);
    scenario.say_hello(&Hello::default());
    scenario.take();
    scenario.push(r#"40{"sid":"t","pid":"q"}"#);
    scenario.expect(&[r#"connected / {"sid":"t","pid":"q"} recovered"#, "connect /"]);
}

#[test]
fn events_that_come_before_the_answer_are_delivered_once_and_not_after_a_loss() {
    let mut scenario = joining_again_after(r#"40{"sid":"s","pid":"p"}"#);
    scenario.push(r#"42["missed"]"#);
    scenario.lose("reset");
    scenario.advance(5_000.0);
    scenario.say_hello(&Hello::default());
    scenario.take();
    scenario.push(r#"42["missed"]"#);
    scenario.push(r#"40{"sid":"s","pid":"p"}"#);
    scenario.expect(&[r#"connected / {"sid":"s","pid":"p"} recovered"#, r#"event / ["missed"]"#, "connect /"]);
}

#[test]
fn the_offset_and_pid_travel_in_the_auth_of_the_app() {
    let mut scenario = joining_again_after(r#"40{"sid":"s","pid":"p"}"#);
    scenario.answers_auth = false;
    scenario.lose("reset");
    scenario.advance(5_000.0);
    scenario.say_hello(&Hello::default());
    scenario.take();
    scenario.authorize(ROOT, 3, Some(r#"{"pid":"p","offset":"o"}"#));
    scenario.expect(&[r#"send #3 40{"pid":"p","offset":"o"}"#]);
}
