//! The JSON that a host reads for the core: of the handshake and of the server's CONNECT.

use ferrio::engineio::{Handshake, handshake};
use ferrio::error::ProtocolError;
use ferrio::socketio::Joined;
use serde_json::Value;

use super::data::Data;

/// The answer to `ReadHandshake`.
pub fn handshake(frame: &Data) -> Result<Handshake, ProtocolError> {
    let json: Vec<u16> = frame.cut_at(1).encode_utf16().collect();
    handshake::decode(&json)
}

/// The answer to `ReadConnect`; `last_pid` is the one that the socket had before.
pub fn joined(json: &str, last_pid: Option<&str>) -> Result<Joined, ProtocolError> {
    let members: Value = match json {
        "" => Value::Object(serde_json::Map::new()),
        json => serde_json::from_str(json).map_err(|_| ProtocolError::BadPayload)?,
    };
    if !members.is_object() {
        return Err(ProtocolError::BadPayload);
    }
    let pid = pid(json);
    Ok(Joined {
        sid: members["sid"].as_str().is_some_and(|sid| !sid.is_empty()),
        same_pid: pid.is_some() && pid.as_deref() == last_pid,
    })
}

/// The `pid` of a CONNECT.
pub fn pid(json: &str) -> Option<String> {
    serde_json::from_str::<Value>(json).ok()?["pid"].as_str().map(str::to_owned)
}
