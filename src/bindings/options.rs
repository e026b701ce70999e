//! Options by number.

use crate::config::{ManagerConfig, TransportList};

/// Sets a manager's option; an unknown key changes nothing.
pub(super) fn configure(config: &mut ManagerConfig, key: u32, value: f64) {
    let on = value != 0.0;
    match key {
        1 => config.reconnection = on,
        2 => config.reconnection_attempts = value,
        3 => config.reconnection_delay = value,
        4 => config.reconnection_delay_max = value,
        5 => config.randomization_factor = value,
        6 => config.timeout = value,
        7 => config.engine.transports = TransportList::unpack(value as u32),
        8 => config.engine.upgrade = on,
        9 => config.engine.try_all_transports = on,
        10 => config.engine.remember_upgrade = on,
        11 => config.engine.force_base64 = on,
        12 => config.close_on_beforeunload = on,
        13 => config.namespace_timeout = value,
        14 => config.max_attachments = value as u32,
        15 => config.max_packet = value,
        _ => {}
    }
}
