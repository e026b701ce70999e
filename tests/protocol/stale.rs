//! What arrives for a transport that is closed, or never was, is dropped.

use ferrio::config::TransportKind::{Polling, WebSocket};
use ferrio::engineio::TransportId;
use ferrio::error::DisconnectReason::{TransportClose, TransportError};
use ferrio::error::ProtocolError;

use super::data::Data;
use super::reading;
use super::scenario::{Hello, Scenario};

const HANDSHAKE: &str = r#"0{"sid":"e","pingInterval":1,"pingTimeout":1}"#;

fn everything_from(scenario: &mut Scenario, transport: TransportId) {
    for frame in [HANDSHAKE, "1", "2", "3probe", r#"42["a"]"#, "6", "x", ""] {
        scenario.frame(transport, frame);
    }
    scenario.input(|manager, now| {
        manager.handle_binary(transport, 1, Data::Binary(vec![1]), now);
        manager.handle_opened(transport, now);
        manager.handle_handshake(transport, Data::text("0{}"), Err(ProtocolError::MissingSid), now);
        manager.handle_handshake(transport, Data::text("0"), reading::handshake(&Data::text(HANDSHAKE)), now);
        manager.handle_polled(transport, now);
        manager.handle_drained(transport, now);
        manager.handle_lost(transport, TransportClose, None, now);
        manager.handle_lost(transport, TransportError, Some(Data::text("late")), now);
    });
}

#[test]
fn an_unknown_transport_is_dropped_in_every_state() {
    let states: [fn() -> Scenario; 8] = [
        Scenario::new,
        || Scenario::new().opening(),
        || Scenario::new().connected(),
        || Scenario::connected_over(WebSocket),
        || Scenario::new().probing(),
        || Scenario::new().pausing(),
        || Scenario::new().upgraded(),
        || Scenario::new().waiting(),
    ];
    for state in states {
        let mut scenario = state();
        everything_from(&mut scenario, TransportId(99));
        everything_from(&mut scenario, TransportId(0));
        scenario.expect(&[]);
    }
}

#[test]
fn the_old_transport_is_dropped_after_an_upgrade() {
    let mut scenario = Scenario::new().upgraded();
    everything_from(&mut scenario, TransportId(1));
    scenario.expect(&[]);
}

#[test]
fn a_failed_probe_is_dropped() {
    let mut scenario = Scenario::new().probing();
    scenario.lose("403");
    scenario.take();
    everything_from(&mut scenario, TransportId(2));
    scenario.expect(&[]);
}

#[test]
fn the_last_session_is_dropped_after_a_reconnection() {
    for kind in [Polling, WebSocket] {
        let mut scenario = Scenario::connected_over(kind);
        scenario.lose("reset");
        scenario.advance(1_000.0);
        scenario.say_hello(&Hello::default());
        scenario.take();
        everything_from(&mut scenario, TransportId(1));
        scenario.expect(&[]);
    }
}
