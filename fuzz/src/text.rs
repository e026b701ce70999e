//! Texts as browsers have them: code units, surrogates in pairs or alone.

use ferrio::engineio::{Head, Message, Packet};

/// The bytes as a text: those of UTF-8 if they are, otherwise two bytes a code unit.
#[must_use]
pub fn units(bytes: &[u8]) -> Vec<u16> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.encode_utf16().collect(),
        Err(_) => bytes.chunks(2).map(|pair| u16::from(pair[0]) | u16::from(*pair.get(1).unwrap_or(&0)) << 8).collect(),
    }
}

/// Bytes of the text in UTF-8.
#[must_use]
pub fn utf8_len(units: &[u16]) -> usize {
    char::decode_utf16(units.iter().copied()).map(|unit| unit.map_or(3, char::len_utf8)).sum()
}

/// The code units before a packet's content.
#[must_use]
pub fn head<M: Message>(packet: &Packet<M>, follows: bool, base64: bool, namespace: &[u16]) -> Vec<u16> {
    let mut head = Head::new(&mut []);
    packet.write_head(follows, base64, namespace, &mut head);
    let mut units = vec![0; head.len()];
    packet.write_head(follows, base64, namespace, &mut Head::new(&mut units));
    units
}
