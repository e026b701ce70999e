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
    /// The most bytes of a polling body; without limit for servers of Socket.IO 3, which do not tell.
    pub max_payload: usize,
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

/// The members of the OPEN packet's JSON as a host found them; [`Fields::check`] judges them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fields {
    /// Whether `sid` is a text, and not an empty one.
    pub sid: bool,
    /// `pingInterval`; not a number if it is none.
    pub ping_interval: f64,
    /// `pingTimeout`; not a number if it is none.
    pub ping_timeout: f64,
    /// `maxPayload`; infinity if it is missing, not a number if it is none.
    pub max_payload: f64,
    /// Whether `upgrades` is missing or an array of texts.
    pub upgrades: bool,
    /// Whether `upgrades` names websocket.
    pub websocket: bool,
    /// Whether `upgrades` names webtransport.
    pub webtransport: bool,
}

impl Fields {
    /// The handshake, if it breaks no rule.
    ///
    /// # Errors
    /// The first rule it breaks: [`ProtocolError::MissingSid`], `BadPingInterval`, `BadPingTimeout`, `BadUpgrades` or
    /// `BadMaxPayload`.
    pub fn check(self) -> Result<Handshake, ProtocolError> {
        let is_millis = |millis: f64| millis > 0.0 && millis <= MAX_MILLIS;
        if !self.sid {
            Err(ProtocolError::MissingSid)
        } else if !is_millis(self.ping_interval) {
            Err(ProtocolError::BadPingInterval)
        } else if !is_millis(self.ping_timeout) {
            Err(ProtocolError::BadPingTimeout)
        } else if !self.upgrades {
            Err(ProtocolError::BadUpgrades)
        } else if self.max_payload >= 1.0 {
            Ok(Handshake {
                ping_interval: self.ping_interval,
                ping_timeout: self.ping_timeout,
                max_payload: self.max_payload as usize,
                websocket: self.websocket,
                webtransport: self.webtransport,
            })
        } else {
            Err(ProtocolError::BadMaxPayload)
        }
    }
}

/// Reads the handshake's JSON, for hosts that have no JSON of their own.
///
/// # Errors
/// [`ProtocolError::BadJson`], or what [`Fields::check`] finds. A missing `upgrades` means none, a missing `maxPayload` no limit.
pub fn decode(text: &[u16]) -> Result<Handshake, ProtocolError> {
    let mut fields = Fields {
        sid: false,
        ping_interval: f64::NAN,
        ping_timeout: f64::NAN,
        max_payload: f64::INFINITY,
        upgrades: true,
        websocket: false,
        webtransport: false,
    };
    let mut members = Reader::object(text)?;
    while let Some((key, value)) = members.next_member()? {
        if is(key, b"sid") {
            fields.sid = matches!(value, Value::String([_, ..]));
        } else if is(key, b"pingInterval") {
            fields.ping_interval = number(value);
        } else if is(key, b"pingTimeout") {
            fields.ping_timeout = number(value);
        } else if is(key, b"maxPayload") {
            fields.max_payload = number(value);
        } else if is(key, b"upgrades") {
            fields.upgrades = read_upgrades(value, &mut fields);
        }
    }
    fields.check()
}

fn number(value: Value<'_>) -> f64 {
    if let Value::Number(number) = value { number } else { f64::NAN }
}

fn read_upgrades(value: Value<'_>, fields: &mut Fields) -> bool {
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
        fields.websocket |= is(name, b"websocket");
        fields.webtransport |= is(name, b"webtransport");
    }
    true
}

/// What a browser's timer can wait for: 2^31 − 1 ms, 24 days.
const MAX_MILLIS: Millis = 2_147_483_647.0;
