//! Packets of Socket.IO revision 5 ("Packet encoding"): everything but the JSON.

use core::ops::Range;

use crate::config::HEADER_CUT;
use crate::engineio::Message;
use crate::error::ProtocolError;
use crate::payload::Payload;

use super::socket::SocketId;

/// The id of an acknowledgement, counted up from 0 by each side of each socket; at most 2^53 − 1.
pub type AckId = u64;

/// The types of packets, without their binary twins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketType {
    /// `0`: joins a namespace, or the answer to that.
    Connect,
    /// `1`: leaves a namespace.
    Disconnect,
    /// `2` or, with attachments, `5`.
    Event,
    /// `3` or, with attachments, `6`.
    Ack,
    /// `4`: the namespace is refused.
    ConnectError,
}

/// A received packet's header; its JSON starts at `json` of the frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// What it is.
    pub kind: PacketType,
    /// How many attachments follow; 0 for packets without.
    pub attachments: usize,
    /// Where the namespace stands in the frame; empty: `/`.
    pub namespace: Range<usize>,
    /// The ack id, if it has one.
    pub ack: Option<AckId>,
    /// Where the JSON starts in the frame; the frame's length if there is none.
    pub json: usize,
}

/// Why a header could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// The header goes on after the code units at hand.
    Incomplete,
    /// It is wrong.
    Invalid(ProtocolError),
}

/// Reads the header of a frame whose first `start` code units are another layer's, and which is `length` code units long
/// altogether; `frame` holds its first code units, all or up to the JSON.
///
/// # Errors
/// [`HeaderError`]: more of the frame is needed, or it breaks the protocol.
pub fn decode(frame: &[u16], start: usize, length: usize) -> Result<Header, HeaderError> {
    let mut at = start;
    let unit = |at: usize| frame.get(at).copied().and_then(|unit| u8::try_from(unit).ok());
    let (kind, binary) = match unit(at) {
        Some(b'0') => (PacketType::Connect, false),
        Some(b'1') => (PacketType::Disconnect, false),
        Some(b'2') => (PacketType::Event, false),
        Some(b'3') => (PacketType::Ack, false),
        Some(b'4') => (PacketType::ConnectError, false),
        Some(b'5') => (PacketType::Event, true),
        Some(b'6') => (PacketType::Ack, true),
        Some(_) | None => return Err(HeaderError::Invalid(ProtocolError::UnknownSocketType)),
    };
    at += 1;

    let mut attachments = 0;
    if binary {
        let (count, end) = digits(frame, at);
        if unit(end) != Some(b'-') {
            return Err(cut(end, frame, length).unwrap_or(HeaderError::Invalid(ProtocolError::BadAttachmentCount)));
        }
        attachments = match count {
            Some(count @ 1..=MAX_COUNT) => count as usize,
            Some(_) | None => return Err(HeaderError::Invalid(ProtocolError::BadAttachmentCount)),
        };
        at = end + 1;
    }

    let mut namespace = at..at;
    if unit(at) == Some(b'/') {
        let rest = frame.get(at..).unwrap_or(&[]);
        let end = rest.iter().position(|unit| *unit == COMMA).map(|comma| at + comma);
        namespace = match end {
            Some(end) => at..end,
            None if frame.len() < length => return Err(HeaderError::Incomplete),
            None => at..frame.len(),
        };
        at = end.map_or(frame.len(), |end| end + 1);
    }

    let (id, end) = digits(frame, at);
    if let Some(incomplete) = cut(end, frame, length) {
        return Err(incomplete);
    }
    let ack = match id {
        Some(id) if id <= MAX_ACK_ID => Some(id),
        None if end == at => None,
        Some(_) | None => return Err(HeaderError::Invalid(ProtocolError::BadAckId)),
    };
    check(kind, ack, unit(end), end < length).map_err(HeaderError::Invalid)?;
    Ok(Header { kind, attachments, namespace, ack, json: end })
}

/// What may follow a header: "got this, expected that" for every type of packet.
fn check(kind: PacketType, ack: Option<AckId>, next: Option<u8>, more: bool) -> Result<(), ProtocolError> {
    match kind {
        PacketType::Event | PacketType::Ack => {
            if !more {
                return Err(ProtocolError::BadPayload);
            }
            if next != Some(b'[') && next.is_some() {
                return Err(ProtocolError::BadHeader);
            }
            if kind == PacketType::Ack && ack.is_none() {
                return Err(ProtocolError::BadAckId);
            }
        }
        PacketType::Connect | PacketType::Disconnect | PacketType::ConnectError => {}
    }
    Ok(())
}

/// `Incomplete` if the header was cut at its greatest length, in the middle of a number.
fn cut(at: usize, frame: &[u16], length: usize) -> Option<HeaderError> {
    (at >= frame.len() && frame.len() < length && frame.len() >= HEADER_CUT).then_some(HeaderError::Incomplete)
}

/// The number at `at` and where it ends; no number if there is no digit or it exceeds 64 bits.
fn digits(frame: &[u16], at: usize) -> (Option<u64>, usize) {
    let mut value: Option<u64> = None;
    let mut end = at;
    while let Some(digit @ ZERO..=0x39) = frame.get(end) {
        let digit = u64::from(digit - ZERO);
        value = if end == at { Some(digit) } else { value.and_then(|value| value.checked_mul(10)?.checked_add(digit)) };
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
    pub attachments: usize,
    /// The ack id, if it has one.
    pub ack: Option<AckId>,
    /// The JSON or the attachment.
    pub content: Option<P>,
    /// Whether the transport may compress it.
    pub compress: bool,
    /// Bytes of the namespace in UTF-8 with its comma; 0 for `/`.
    pub namespace_len: u32,
}

impl<P> Outgoing<P> {
    /// An attachment of the packet sent before it.
    #[must_use]
    pub fn attachment(socket: SocketId, content: P, compress: bool) -> Outgoing<P> {
        Outgoing { kind: None, socket, attachments: 0, ack: None, content: Some(content), compress, namespace_len: 0 }
    }

    /// Writes the code units that stand before the JSON, type first; nothing for an attachment.
    pub fn write_header(&self, namespace: &[u16], mut write: impl FnMut(u16)) {
        let Some(kind) = self.kind else {
            return;
        };
        let digit = match (kind, self.attachments > 0) {
            (PacketType::Connect, _) => b'0',
            (PacketType::Disconnect, _) => b'1',
            (PacketType::Event, false) => b'2',
            (PacketType::Ack, false) => b'3',
            (PacketType::ConnectError, _) => b'4',
            (PacketType::Event, true) => b'5',
            (PacketType::Ack, true) => b'6',
        };
        write(u16::from(digit));
        if self.attachments > 0 {
            write_number(self.attachments as u64, &mut write);
            write(DASH);
        }
        if namespace.len() > 1 {
            namespace.iter().copied().for_each(&mut write);
            write(COMMA);
        }
        if let Some(id) = self.ack {
            write_number(id, &mut write);
        }
    }
}

impl<P: Payload> Message for Outgoing<P> {
    fn is_binary(&self) -> bool {
        self.kind.is_none()
    }

    fn byte_len(&self) -> usize {
        let content = self.content.as_ref().map_or(0, Payload::byte_len);
        if self.is_binary() {
            return content;
        }
        // Only lengths count here: the namespace's own is known, so none is written.
        let mut header = self.namespace_len as usize;
        self.write_header(&[], |_| header += 1);
        header + content
    }
}

fn write_number(mut number: u64, write: &mut impl FnMut(u16)) {
    // 2^64 has 20 digits.
    let mut digits = [0u8; 20];
    let mut count = 0;
    for digit in digits.iter_mut().rev() {
        *digit = (number % 10) as u8;
        number /= 10;
        count += 1;
        if number == 0 {
            break;
        }
    }
    for digit in digits.iter().skip(digits.len() - count) {
        write(ZERO + u16::from(*digit));
    }
}

const ZERO: u16 = 0x30;
const COMMA: u16 = 0x2C;
const DASH: u16 = 0x2D;
const MAX_ACK_ID: AckId = (1 << 53) - 1;
/// Above any configured limit; the limit itself is the assembly's.
const MAX_COUNT: u64 = 1_000_000;
