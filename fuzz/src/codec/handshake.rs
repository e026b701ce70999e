//! The OPEN packet's JSON, and the reader under it, beside another JSON reader.

use ferrio::config::TransportKind;
use ferrio::engineio::Handshake;
use ferrio::engineio::handshake::decode;
use ferrio::error::ProtocolError;
use ferrio::json::{Reader, Value};
use serde::de::IgnoredAny;

use crate::input::Input;
use crate::text::units;

/// The bytes are the JSON, and then the numbers of a handshake that is written and read.
pub fn check(data: &[u8]) {
    let text = units(data);
    let decoded = decode(&text);
    let members = read(&text);
    if members.is_none() {
        assert_eq!(decoded, Err(ProtocolError::BadJson));
    }
    if let Ok(utf8) = std::str::from_utf8(data) {
        let is_object = utf8.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('{');
        let is_json = serde_json::from_str::<IgnoredAny>(utf8).is_ok();
        // Deeper nesting is not followed.
        if nesting(utf8) <= 33 || members.is_some() {
            assert_eq!(members.is_some(), is_object && is_json, "is it an object: {utf8}");
        }
        if let Some(members) = members {
            check_members(utf8, members, &decoded);
        }
    }
    check_written(&mut Input::new(data));
}

/// How many members the object has; `None` if the text is not one.
fn read(text: &[u16]) -> Option<usize> {
    let mut reader = Reader::object(text).ok()?;
    let mut count = 0;
    while let Some((key, value)) = reader.next_member().ok()? {
        assert!(!key.contains(&0x22) || key.contains(&0x5C));
        if let Value::Array(array) = value {
            let mut members = Reader::array(array).expect("an array from bracket to bracket");
            while let Some((key, _)) = members.next_member().expect("it was read before") {
                assert!(key.is_empty());
            }
        }
        count += 1;
    }
    assert_eq!(reader_ends(&mut reader), Ok(()), "behind the end there is nothing");
    Some(count)
}

/// Asking again behind the end neither panics nor finds anything.
fn reader_ends(reader: &mut Reader<'_>) -> Result<(), ()> {
    for _ in 0..3 {
        if let Ok(Some(_)) = reader.next_member() {
            return Err(());
        }
    }
    Ok(())
}

/// The handshake's members as another reader finds them.
fn check_members(text: &str, members: usize, decoded: &Result<Handshake, ProtocolError>) {
    // Numbers beyond f64 and members that come twice are another reader's matter, and escapes are not undone in names.
    let Ok(object) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text) else {
        return;
    };
    if object.len() < members || text.contains('\\') {
        return;
    }
    let number = |name: &str| object.get(name).map(|value| value.as_f64().unwrap_or(f64::NAN));
    let is_millis = |millis: f64| millis > 0.0 && millis <= 2_147_483_647.0;
    let interval = number("pingInterval").unwrap_or(f64::NAN);
    let timeout = number("pingTimeout").unwrap_or(f64::NAN);
    let max_payload = number("maxPayload").unwrap_or(f64::INFINITY);
    let upgrades = match object.get("upgrades") {
        None => Some(Vec::new()),
        Some(value) => value.as_array().and_then(|names| names.iter().map(serde_json::Value::as_str).collect()),
    };
    let near = |a: f64, b: f64| (a - b).abs() <= a.abs() * 1e-9;
    // A number at the edge of what is allowed may be rounded to either side.
    let at_edge = |value: f64| near(value, 2_147_483_647.0) || near(value, 1.0) || value.abs() < 1e-290;
    if [interval, timeout, max_payload].into_iter().any(at_edge) {
        return;
    }
    let has_sid = object.get("sid").and_then(serde_json::Value::as_str).is_some_and(|sid| !sid.is_empty());
    let wrong = if !has_sid {
        Some(ProtocolError::MissingSid)
    } else if !is_millis(interval) {
        Some(ProtocolError::BadPingInterval)
    } else if !is_millis(timeout) {
        Some(ProtocolError::BadPingTimeout)
    } else if upgrades.is_none() {
        Some(ProtocolError::BadUpgrades)
    } else if max_payload.is_nan() || max_payload < 1.0 {
        Some(ProtocolError::BadMaxPayload)
    } else {
        None
    };
    match decoded {
        Err(error) => assert_eq!(Some(*error), wrong, "{text}"),
        Ok(handshake) => {
            assert_eq!(wrong, None, "{text}");
            assert!(near(interval, handshake.ping_interval) && near(timeout, handshake.ping_timeout), "{text}");
            assert!(
                near(max_payload.floor().min(1e18), handshake.max_payload.min(1_000_000_000_000_000_000) as f64),
                "{text}"
            );
            let upgrades = upgrades.unwrap_or_default();
            for (kind, name) in [
                (TransportKind::Polling, ""),
                (TransportKind::WebSocket, "websocket"),
                (TransportKind::WebTransport, "webtransport"),
            ] {
                assert_eq!(handshake.offers(kind), !name.is_empty() && upgrades.contains(&name), "{text}");
            }
        }
    }
}

/// A handshake that is written is read as it was.
fn check_written(input: &mut Input<'_>) {
    let interval = 1 + input.long() % 2_147_483_647;
    let timeout = 1 + input.long() % 2_147_483_647;
    let max_payload = input.flag().then(|| 1 + (input.long() >> 12 >> input.below(52)));
    let (websocket, webtransport) = (input.flag(), input.flag());
    let upgrades: Vec<&str> = [(websocket, "websocket"), (webtransport, "webtransport")]
        .iter()
        .filter(|(offered, _)| *offered)
        .map(|(_, name)| *name)
        .collect();
    let mut written = serde_json::json!({
        "sid": String::from_utf8_lossy(input.bytes(20)) + "s",
        "pingInterval": interval,
        "pingTimeout": timeout,
        "upgrades": upgrades,
    });
    if let Some(max_payload) = max_payload {
        written["maxPayload"] = max_payload.into();
    }
    let text = if input.flag() { written.to_string() } else { format!("{written:#}") };
    let units: Vec<u16> = text.encode_utf16().collect();
    let read = decode(&units).unwrap_or_else(|error| panic!("{error:?}: {text}"));
    assert_eq!(read.ping_interval, interval as f64);
    assert_eq!(read.ping_timeout, timeout as f64);
    assert_eq!(read.max_payload, max_payload.map_or(usize::MAX, |bytes| bytes as usize));
    assert_eq!((read.websocket, read.webtransport), (websocket, webtransport));

    // A text that ends too early is no handshake.
    let cut = input.long() as usize % units.len();
    if text.is_ascii() && !text[cut..].trim().is_empty() {
        assert_eq!(decode(&units[..cut]), Err(ProtocolError::BadJson));
    }
}

/// How deep brackets nest, strings aside.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0usize, 0, false, false);
    for letter in text.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            ']' | '}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}
