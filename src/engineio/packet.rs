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
    let (first, rest) = header.split_first().ok_or(ProtocolError::UnknownEngineType)?;
    match u8::try_from(*first).unwrap_or(0) {
        b'0' => Ok(Received::Open),
        b'1' => Ok(Received::Close),
        b'2' => Ok(Received::Ping),
        b'3' => Ok(Received::Pong { probe: rest.iter().copied().eq(PROBE.iter().map(|byte| u16::from(*byte))) }),
        b'4' => Ok(Received::Message),
        b'5' => Ok(Received::Upgrade),
        b'6' => Ok(Received::Noop),
        b'b' => Ok(Received::Base64),
        _ => Err(ProtocolError::UnknownEngineType),
    }
}

/// A packet to send. `M` is the layer above's message.
#[derive(Clone, Debug, PartialEq)]
pub enum Packet<M> {
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
            Packet::Close | Packet::Pong | Packet::Upgrade => 1,
            Packet::Probe => 1 + PROBE.len(),
            Packet::Message(message) if message.is_binary() => 1 + message.byte_len().div_ceil(3) * 4,
            Packet::Message(message) => 1 + message.byte_len(),
        }
    }

    /// Writes the code units that stand before the JSON or the attachment: a separator where the packet `follows` another in a
    /// body, the type, and what `header` writes for a message.
    pub fn write_head<W: FnMut(u16)>(
        &self,
        follows: bool,
        base64: bool,
        write: &mut W,
        header: impl FnOnce(&M, &mut W),
    ) {
        if follows {
            write(SEPARATOR as u16);
        }
        let word: &[u8] = match self {
            Packet::Close => b"1",
            Packet::Probe => b"2probe",
            Packet::Pong => b"3",
            Packet::Upgrade => b"5",
            Packet::Message(message) if !message.is_binary() => b"4",
            Packet::Message(_) if base64 => b"b",
            Packet::Message(_) => b"",
        };
        word.iter().for_each(|byte| write(u16::from(*byte)));
        if let Packet::Message(message) = self {
            header(message, write);
        }
    }
}

/// What Engine.IO must know of a message of the layer above.
pub trait Message {
    /// Whether it is an attachment: a binary frame, or base64 in polling.
    fn is_binary(&self) -> bool;
    /// Its size in bytes: of the UTF-8 text, or of the attachment.
    fn byte_len(&self) -> usize;
}

const PROBE: &[u8] = b"probe";
