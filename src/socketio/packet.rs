//! Packets of Socket.IO revision 5 ("Packet encoding"): everything but the JSON.

use core::ops::Range;

use crate::config::MAX_HEADER;
use crate::engineio::{Head, Message, Session};
use crate::error::ProtocolError;
use crate::payload::Payload;

use super::socket::SocketId;

/// The id of an acknowledgement, counted up from 0 by each side of each socket; at most 2^53 − 1.
pub type AckId = u64;

/// The types of packets, without their binary twins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum PacketType {
    /// `0`: joins a namespace, or the answer to that.
    Connect = 0,
    /// `1`: leaves a namespace.
    Disconnect = 1,
    /// `2` or, with attachments, `5`.
    Event = 2,
    /// `3` or, with attachments, `6`.
    Ack = 3,
    /// `4`: the namespace is refused.
    ConnectError = 4,
}

/// A received packet's header; its JSON starts at `json` of the frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// What it is.
    pub kind: PacketType,
    /// How many attachments follow; 0 for packets without.
    pub attachments: u32,
    /// Where the namespace stands in the frame; empty: `/`.
    pub namespace: Range<usize>,
    /// The ack id, if it has one.
    pub ack: Option<AckId>,
    /// Where the JSON starts in the frame; the frame's length if there is none.
    pub json: usize,
}

/// The code units of a frame that a host hands in: those before the JSON, at most [`MAX_HEADER`]. A namespace, from its slash to
/// its comma, may hold what else begins JSON.
#[must_use]
pub fn header(frame: &[u16]) -> &[u16] {
    let mut named = false;
    let json = frame.iter().take(MAX_HEADER).position(|unit| {
        named = *unit == SLASH || named && *unit != COMMA;
        !named && matches!(*unit, BRACKET | BRACE | QUOTE)
    });
    frame.get(..json.unwrap_or(MAX_HEADER)).unwrap_or(frame)
}

/// Reads the header of a frame whose first `start` code units are another layer's, and which is `length` code units long
/// altogether; `frame` holds all of them, or its [`header`].
///
/// # Errors
/// The rule of the protocol that it breaks.
pub fn decode(frame: &[u16], start: usize, length: usize) -> Result<Header, ProtocolError> {
    let unit = |at: usize| frame.get(at).copied().unwrap_or(0);
    if frame.len() >= MAX_HEADER && frame.len() < length {
        return Err(ProtocolError::TooLong);
    }

    let first = unit(start);
    let kind = match first {
        ZERO => PacketType::Connect,
        0x31 => PacketType::Disconnect,
        0x32 | BINARY_EVENT => PacketType::Event,
        0x33 | 0x36 => PacketType::Ack,
        0x34 => PacketType::ConnectError,
        _ => return Err(ProtocolError::UnknownSocketType),
    };
    let mut at = start + 1;

    let mut attachments = 0;
    if first >= BINARY_EVENT {
        let (count, end) = digits(frame, at);
        if unit(end) != DASH || count == 0 || count > MAX_COUNT {
            return Err(ProtocolError::BadAttachmentCount);
        }
        attachments = count as u32;
        at = end + 1;
    }

    let mut namespace = at..at;
    if unit(at) == SLASH {
        while at < frame.len() && unit(at) != COMMA {
            at += 1;
        }
        namespace.end = at;
        at = frame.len().min(at + 1);
    }

    let (id, end) = digits(frame, at);
    let ack = (end > at).then_some(id);
    if id > MAX_ACK_ID {
        return Err(ProtocolError::BadAckId);
    }
    if matches!(kind, PacketType::Event | PacketType::Ack) {
        if end >= length {
            return Err(ProtocolError::BadPayload);
        }
        if end < frame.len() && unit(end) != BRACKET {
            return Err(ProtocolError::BadHeader);
        }
        if kind == PacketType::Ack && ack.is_none() {
            return Err(ProtocolError::BadAckId);
        }
    }
    Ok(Header { kind, attachments, namespace, ack, json: end })
}

/// The number at `at` and where it ends; the end is `at` if there is no digit. What exceeds [`MAX_ACK_ID`] is some larger number.
fn digits(frame: &[u16], at: usize) -> (u64, usize) {
    let mut value = 0;
    let mut end = at;
    while let Some(digit @ ZERO..=NINE) = frame.get(end) {
        if value <= MAX_ACK_ID {
            value = value * 10 + u64::from(digit - ZERO);
        }
        end += 1;
    }
    (value, end)
}

/// A packet to send, or one of its attachments.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing<P> {
    /// What it is; `None` for an attachment.
    pub kind: Option<PacketType>,
    /// Whose it is.
    pub socket: SocketId,
    /// How many attachments follow.
    pub attachments: u32,
    /// The ack id, if it has one.
    pub ack: Option<AckId>,
    /// The JSON or the attachment.
    pub content: Option<P>,
    /// Whether the transport may compress it.
    pub compress: bool,
    /// Bytes of the namespace in UTF-8; 0 for `/`, which is not written.
    pub namespace_len: u32,
}

impl<P> Outgoing<P> {
    /// An attachment of the packet sent before it.
    #[must_use]
    pub fn attachment(socket: SocketId, content: P, compress: bool) -> Outgoing<P> {
        Outgoing { kind: None, socket, attachments: 0, ack: None, content: Some(content), compress, namespace_len: 0 }
    }
}

impl<P: Payload> Outgoing<P> {
    /// The size of an event, an ack or one of its attachments, if it is more than the server takes. A CONNECT is always tried.
    #[must_use]
    pub fn oversize<M: Message>(&self, session: &Session<M>) -> Option<usize> {
        let content = self.content.as_ref().filter(|_| self.kind != Some(PacketType::Connect))?;
        let max = session.max_payload();
        let head = 1 + self.header_len();
        let enough = max.saturating_sub(head);
        let text = content.byte_len(enough);
        if text > enough {
            return Some(head + text);
        }
        let mut attachments = (0..self.attachments).map(|index| content.attachment_len(index));
        attachments.find(|len| session.attachment_len(*len) > max)
    }

    /// Bytes before the JSON. The namespace's own length is known.
    fn header_len(&self) -> usize {
        let mut head = Head::new(&mut []);
        self.write_header(&[], &mut head);
        self.namespace_len as usize + head.len()
    }
}

impl<P: Payload> Message for Outgoing<P> {
    fn is_binary(&self) -> bool {
        self.kind.is_none()
    }

    fn byte_len(&self) -> usize {
        let content = self.content.as_ref().map_or(0, |content| content.byte_len(0));
        self.header_len() + content
    }

    fn write_header(&self, namespace: &[u16], head: &mut Head<'_>) {
        let Some(kind) = self.kind else {
            return;
        };
        let binary = if self.attachments > 0 { BINARY } else { 0 };
        head.push(ZERO + kind as u16 + binary);
        if self.attachments > 0 {
            head.push_number(u64::from(self.attachments));
            head.push(DASH);
        }
        if self.namespace_len > 0 {
            namespace.iter().for_each(|unit| head.push(*unit));
            head.push(COMMA);
        }
        if let Some(id) = self.ack {
            head.push_number(id);
        }
    }
}

const ZERO: u16 = 0x30;
const NINE: u16 = 0x39;
const SLASH: u16 = 0x2F;
const BRACKET: u16 = 0x5B;
const BRACE: u16 = 0x7B;
const QUOTE: u16 = 0x22;
const COMMA: u16 = 0x2C;
const DASH: u16 = 0x2D;
/// How far the binary twins of EVENT and ACK are from them.
const BINARY: u16 = 3;
const BINARY_EVENT: u16 = ZERO + PacketType::Event as u16 + BINARY;
const MAX_ACK_ID: AckId = (1 << 53) - 1;
/// Above any configured limit; the limit itself is the assembly's.
const MAX_COUNT: u64 = 1_000_000;
