//! Engine.IO packets: the type of a text frame, and the heads of what is sent.

use ferrio::engineio::packet::{Received, decode};
use ferrio::engineio::{Head, Packet};
use ferrio::error::ProtocolError;
use ferrio::socketio::Outgoing;
use ferrio::socketio::packet::header;

use crate::handle::Handle;
use crate::input::Input;
use crate::text::{head, units};

/// The bytes are one frame.
pub fn check(data: &[u8]) {
    let frame = units(data);
    assert_eq!(decode(&frame), expected(&frame));
    // What hosts hand in at first tells the type as well; only a probe's answer must be whole.
    let from_start = decode(header(&frame));
    if !matches!(from_start, Ok(Received::Pong { .. })) && !header(&frame).is_empty() {
        assert_eq!(from_start, expected(&frame));
    }

    for (packet, read) in [
        (Packet::Open, Received::Open),
        (Packet::Close, Received::Close),
        (Packet::Probe, Received::Ping),
        (Packet::Pong, Received::Pong { probe: false }),
        (Packet::Upgrade, Received::Upgrade),
    ] {
        check_sent(&packet, read);
    }
    check_head(data);
}

/// The same, by what the protocol's document says of texts.
fn expected(frame: &[u16]) -> Result<Received, ProtocolError> {
    let text = String::from_utf16_lossy(frame);
    match text.chars().next() {
        Some('0') => Ok(Received::Open),
        Some('1') => Ok(Received::Close),
        Some('2') => Ok(Received::Ping),
        Some('3') => Ok(Received::Pong { probe: text == "3probe" }),
        Some('4') => Ok(Received::Message),
        Some('5') => Ok(Received::Upgrade),
        Some('6') => Ok(Received::Noop),
        Some('b') => Ok(Received::Base64),
        Some(_) | None => Err(ProtocolError::UnknownEngineType),
    }
}

/// A packet that is sent can be read, and its size in a body is that of its text.
fn check_sent(packet: &Packet<Outgoing<Handle>>, read: Received) {
    let written = head(packet, false, false, &[]);
    assert_eq!(decode(&written), Ok(read));
    assert_eq!(packet.body_len(), written.len());
    let following = head(packet, true, false, &[]);
    assert_eq!(following[0], 0x1E);
    assert_eq!(following[1..], written);
}

/// However few places there are: a head counts all that is written, and writes what has a place.
fn check_head(data: &[u8]) {
    let mut input = Input::new(data);
    let mut places = vec![0xFFFF; input.below(40)];
    let count = places.len();
    let mut head = Head::new(&mut places);
    let mut text = String::new();
    while !input.is_empty() && text.len() < 60 {
        if input.flag() {
            let number = input.long() >> input.below(64);
            head.push_number(number);
            text.push_str(&number.to_string());
        } else {
            let letter = input.byte() & 0x7F;
            head.push(u16::from(letter));
            text.push(char::from(letter));
        }
    }
    assert_eq!(head.len(), text.len());
    assert_eq!(head.is_empty(), text.is_empty());
    let written = text.len().min(count);
    assert!(places.iter().zip(text.encode_utf16()).all(|(place, unit)| *place == unit));
    assert!(places[written..].iter().all(|place| *place == 0xFFFF));
}
