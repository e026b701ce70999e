//! Packets of Engine.IO revision 4 ("Protocol", "Packet encoding" in its document).

use super::payload::SEPARATOR;
use crate::error::ProtocolError;

/// What a received text frame is, by its first code units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// `0`: the handshake.
    Open,
    /// `1`: the other side closes.
    Close,
    /// `2`: the server's heartbeat.
    Ping,
    /// `3`: not sent by servers, but for a probe.
    Pong {
        /// `3probe`: the answer to the probe of an upgrade.
        probe: bool,
    },
    /// `4`: a message.
    Message,
    /// `5`: only clients send it.
    Upgrade,
    /// `6`: answers a GET so that it ends.
    Noop,
    /// `b`: an attachment as base64, without a type digit.
    Base64,
}

/// Reads the type of a text frame.
///
/// # Errors
/// [`ProtocolError::UnknownEngineType`] for an empty frame or a type that does not exist.
pub fn decode(header: &[u16]) -> Result<Received, ProtocolError> {
    match header {
        [0x30, ..] => Ok(Received::Open),
        [0x31, ..] => Ok(Received::Close),
        [0x32, ..] => Ok(Received::Ping),
        [0x33, rest @ ..] => Ok(Received::Pong { probe: rest == PROBE }),
        [0x34, ..] => Ok(Received::Message),
        [0x35, ..] => Ok(Received::Upgrade),
        [0x36, ..] => Ok(Received::Noop),
        [0x62, ..] => Ok(Received::Base64),
        _ => Err(ProtocolError::UnknownEngineType),
    }
}

/// A packet to send. `M` is the layer above's message.
#[derive(Clone, Debug, PartialEq)]
pub enum Packet<M> {
    /// `0`: this side begins (WebTransport only). For an upgrade the host appends `{"sid":…}`, which it alone knows.
    Open,
    /// `1`: this side closes (polling only; other transports just close).
    Close,
    /// `2probe`: may this transport take over?
    Probe,
    /// `3`: answers the server's ping.
    Pong,
    /// `5`: this transport takes over.
    Upgrade,
    /// `4`, or a binary frame.
    Message(M),
}

impl<M: Message> Packet<M> {
    /// Bytes this packet takes in a polling body, without a separator.
    pub fn body_len(&self) -> usize {
        match self {
            Packet::Open | Packet::Close | Packet::Pong | Packet::Upgrade => 1,
            Packet::Probe => 1 + PROBE.len(),
            Packet::Message(message) if message.is_binary() => 1 + base64_len(message.byte_len()),
            Packet::Message(message) => 1 + message.byte_len(),
        }
    }

    /// Writes the code units that stand before the JSON or the attachment: a separator where the packet `follows` another in a
    /// body, the type, and the message's own header.
    pub fn write_head(&self, follows: bool, base64: bool, namespace: &[u16], head: &mut Head<'_>) {
        if follows {
            head.push(SEPARATOR as u16);
        }
        let word: &[u8] = match self {
            Packet::Open => b"0",
            Packet::Close => b"1",
            Packet::Probe => b"2probe",
            Packet::Pong => b"3",
            Packet::Upgrade => b"5",
            Packet::Message(message) if !message.is_binary() => b"4",
            Packet::Message(_) if base64 => b"b",
            Packet::Message(_) => b"",
        };
        word.iter().for_each(|byte| head.push(u16::from(*byte)));
        if let Packet::Message(message) = self {
            message.write_header(namespace, head);
        }
    }
}

/// Bytes of `len` bytes as base64.
pub(super) fn base64_len(len: usize) -> usize {
    len.div_ceil(3) * 4
}

/// What Engine.IO must know of a message of the layer above.
pub trait Message {
    /// Whether it is an attachment: a binary frame, or base64 in polling.
    fn is_binary(&self) -> bool;
    /// Its size in bytes: of the UTF-8 text, or of the attachment.
    fn byte_len(&self) -> usize;
    /// Writes its code units before the JSON, with this namespace; nothing for an attachment.
    fn write_header(&self, namespace: &[u16], head: &mut Head<'_>);
}

/// Where the code units before a packet's JSON are written: those that find no place are only counted.
#[derive(Debug)]
pub struct Head<'a> {
    places: &'a mut [u16],
    len: usize,
}

impl<'a> Head<'a> {
    /// An empty head.
    #[must_use]
    pub fn new(places: &'a mut [u16]) -> Head<'a> {
        Head { places, len: 0 }
    }

    /// How many code units were written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether none was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Writes a code unit.
    pub fn push(&mut self, unit: u16) {
        if let Some(place) = self.places.get_mut(self.len) {
            *place = unit;
        }
        self.len += 1;
    }

    /// Writes a number's decimal digits.
    pub fn push_number(&mut self, number: u64) {
        if number >= 10 {
            self.push_number(number / 10);
        }
        self.push(0x30 + (number % 10) as u16);
    }
}

/// `probe`.
const PROBE: &[u16] = &[0x70, 0x72, 0x6F, 0x62, 0x65];
