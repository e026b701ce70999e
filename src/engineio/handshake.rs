//! The OPEN packet's payload ("Handshake").

use crate::config::TransportKind;
use crate::error::ProtocolError;
use crate::json::{Reader, Value, is};
use crate::time::Millis;

/// What the server decides for a session. Its `sid` stays with the host, which builds the URLs.
#[derive(Clone, Debug, PartialEq)]
pub struct Handshake {
    /// How often the server pings.
    pub ping_interval: Millis,
    /// How long a ping may be late.
    pub ping_timeout: Millis,
    /// The most bytes of a polling body; servers of Socket.IO 3 do not tell.
    pub max_payload: Option<usize>,
    /// Whether the server offers websocket as an upgrade.
    pub websocket: bool,
    /// Whether the server offers webtransport as an upgrade.
    pub webtransport: bool,
}

impl Handshake {
    /// Whether the server offers an upgrade to `kind`.
    #[must_use]
    pub fn offers(&self, kind: TransportKind) -> bool {
        match kind {
            TransportKind::Polling => false,
            TransportKind::WebSocket => self.websocket,
            TransportKind::WebTransport => self.webtransport,
        }
    }
}

/// Reads the handshake's JSON.
///
/// # Errors
/// The first rule it breaks: [`ProtocolError::BadJson`], `MissingSid`, `BadPingInterval`, `BadPingTimeout`, `BadUpgrades`
/// or `BadMaxPayload`. A missing `upgrades` means none, a missing `maxPayload` no limit.
pub fn decode(text: &[u16]) -> Result<Handshake, ProtocolError> {
    let mut handshake =
        Handshake { ping_interval: 0.0, ping_timeout: 0.0, max_payload: None, websocket: false, webtransport: false };
    let mut sid = false;
    let mut error = None;
    let mut members = Reader::object(text)?;
    while let Some((key, value)) = members.next_member()? {
        if is(key, b"sid") {
            sid = matches!(value, Value::String([_, ..]));
        } else if is(key, b"pingInterval") {
            handshake.ping_interval = millis(value);
        } else if is(key, b"pingTimeout") {
            handshake.ping_timeout = millis(value);
        } else if is(key, b"maxPayload") {
            match value {
                Value::Number(bytes) if bytes >= 1.0 => handshake.max_payload = Some(bytes as usize),
                _ => error = Some(ProtocolError::BadMaxPayload),
            }
        } else if is(key, b"upgrades") && !read_upgrades(value, &mut handshake) {
            error = Some(ProtocolError::BadUpgrades);
        }
    }
    if !sid {
        Err(ProtocolError::MissingSid)
    } else if let Some(error) = error {
        Err(error)
    } else if handshake.ping_interval == 0.0 {
        Err(ProtocolError::BadPingInterval)
    } else if handshake.ping_timeout == 0.0 {
        Err(ProtocolError::BadPingTimeout)
    } else {
        Ok(handshake)
    }
}

fn millis(value: Value<'_>) -> Millis {
    match value {
        Value::Number(millis) if millis > 0.0 && millis <= MAX_MILLIS => millis,
        _ => 0.0,
    }
}

fn read_upgrades(value: Value<'_>, handshake: &mut Handshake) -> bool {
    let Value::Array(array) = value else {
        return false;
    };
    let Ok(mut names) = Reader::array(array) else {
        return false;
    };
    while let Ok(Some((_, name))) = names.next_member() {
        let Value::String(name) = name else {
            return false;
        };
        handshake.websocket |= is(name, b"websocket");
        handshake.webtransport |= is(name, b"webtransport");
    }
    true
}

/// What a browser's timer can wait for: 2^31 − 1 ms, 24 days.
const MAX_MILLIS: Millis = 2_147_483_647.0;
