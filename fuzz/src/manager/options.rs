//! Options as an app may set them, odd ones too, and changes of one at run time.

use ferrio::config::{EngineConfig, ManagerConfig, Overflow, SocketConfig, TransportList};

use crate::input::Input;

/// Limits of the core that no app sets are at least 1: see `src/config.rs`.
pub fn manager(input: &mut Input<'_>) -> ManagerConfig {
    let mut config = ManagerConfig { engine: EngineConfig::DEFAULT, ..ManagerConfig::DEFAULT };
    config.engine.transports = transports(input);
    config.max_early_events = input.below(5);
    for _ in 0..input.below(6) {
        change(&mut config, input);
    }
    config
}

/// One option gets another value.
pub fn change(config: &mut ManagerConfig, input: &mut Input<'_>) {
    match input.below(23) {
        0 => config.reconnection = input.flag(),
        1 => config.reconnection_attempts = input.pick(&[f64::INFINITY, 0.0, 1.0, 2.0, 2.5]),
        2 => config.reconnection_delay = input.pick(&[1_000.0, 0.0, 1.0, 50.5, 1e9]),
        3 => config.reconnection_delay_max = input.pick(&[5_000.0, 0.0, 1.0, 100.0, 1e9]),
        4 => config.randomization_factor = input.pick(&[0.5, 0.0, 1.0, 3.0]),
        5 => config.timeout = input.pick(&[20_000.0, 0.0, 1.0, 500.0, f64::INFINITY]),
        6 => config.engine.transports = transports(input),
        7 => config.engine.upgrade = input.flag(),
        8 => config.engine.try_all_transports = input.flag(),
        9 => config.engine.remember_upgrade = input.flag(),
        10 => config.engine.force_base64 = input.flag(),
        11 => config.close_on_beforeunload = input.flag(),
        12 => config.namespace_timeout = input.pick(&[10_000.0, 1.0, 700.0]),
        13 => config.max_attachments = input.pick(&[10, 0, 1, 3]),
        14 => config.max_early_events = input.below(5),
        15 => config.stable_after = input.pick(&[5_000.0, 1.0]),
        16 => config.engine.probe_timeout = input.pick(&[10_000.0, 1.0, 300.0]),
        17 => config.offline.max = input.pick(&[10_000, 0, 1, 3, usize::MAX]),
        18 => config.offline.max_bytes = input.pick(&[16_777_216, 0, 9, 40, usize::MAX]),
        19 => config.offline.ttl = input.pick(&[f64::INFINITY, 0.0, 1.0, 700.0]),
        20 => config.offline.overflow = input.pick(&[Overflow::Newest, Overflow::Oldest, Overflow::Error]),
        _ => config.engine.pause_timeout = input.pick(&[3_000.0, 1.0, 300.0]),
    }
}

/// A socket's options. Retries are few: each try of a POST that never ends takes memory, as the app asked for.
pub fn socket(config: &mut SocketConfig, input: &mut Input<'_>) {
    config.retries = input.below(MAX_RETRIES as usize + 1) as u32;
    config.ack_timeout = input.pick(&[f64::INFINITY, 0.0, 1.0, 400.0]);
}

/// Whether some deadline is over as soon as it is set, so that a timer may be over again at once.
#[must_use]
pub fn has_zeros(config: &ManagerConfig) -> bool {
    config.reconnection_delay == 0.0 || config.reconnection_delay_max == 0.0 || config.timeout == 0.0
}

/// What a good server needs: everything else stays as it is.
pub fn sensible(config: &mut ManagerConfig) {
    config.reconnection = true;
    config.reconnection_attempts = f64::INFINITY;
    config.reconnection_delay = 100.0;
    config.reconnection_delay_max = 1_000.0;
    config.timeout = 20_000.0;
    config.namespace_timeout = 10_000.0;
    config.max_attachments = 10;
    config.offline = ManagerConfig::DEFAULT.offline;
    config.engine.transports = EngineConfig::DEFAULT.transports;
}

fn transports(input: &mut Input<'_>) -> TransportList {
    // Two bits each, the first in the lowest: polling 1, websocket 2, webtransport 3.
    TransportList::unpack(input.pick(&[0b1001, 0b0110, 0b01, 0b10, 0b11_10_01, 0b01_10_11, 0b11, 0b0111, 0]))
}

/// The most retries of a socket.
pub const MAX_RETRIES: u32 = 3;
