//! The packets of a WebTransport stream ("Framing" in the protocol's document). A stream knows no frames: in front of each packet stands
//! a header that says how long it is.
//!
//! | first byte | |
//! |---|---|
//! | top bit | 1: an attachment, 0: a text in UTF-8 |
//! | other bits: 0–125 | the length |
//! | 126 | the length follows in 2 bytes, the highest one first |
//! | 127 | the length follows in 8 bytes |
//!
//! Hosts whose stream is not in linear memory ask [`length`] and [`mark`] and move the bytes themselves; others have [`split`] and
//! [`write_header`].

use alloc::vec::Vec;

use crate::error::ProtocolError;

/// What is known of a packet's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// So many bytes.
    Bytes(usize),
    /// So many bytes of the header hold it.
    InNext(usize),
}

/// The length of a packet whose header begins with `first`. `given`: the number in the bytes that [`Length::InNext`] asked for.
///
/// # Errors
/// [`ProtocolError::TooLong`] for a packet of more than `limit` bytes.
pub fn length(first: u8, given: Option<usize>, limit: usize) -> Result<Length, ProtocolError> {
    let bytes = match (first & !ATTACHMENT, given) {
        (IN_2, None) => return Ok(Length::InNext(2)),
        (IN_8, None) => return Ok(Length::InNext(8)),
        (IN_2 | IN_8, Some(given)) => given,
        (bytes, _) => usize::from(bytes),
    };
    if bytes > limit { Err(ProtocolError::TooLong) } else { Ok(Length::Bytes(bytes)) }
}

/// The first byte of a text's header, and how many bytes with its length, which is `bytes`, come after it. An attachment's has its top
/// bit set.
#[must_use]
pub fn mark(bytes: usize) -> (u8, usize) {
    match bytes {
        0..126 => (bytes as u8, 0),
        126..0x1_0000 => (IN_2, 2),
        _ => (IN_8, 8),
    }
}

/// The first packet of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split<'a> {
    /// Whether it is an attachment.
    pub attachment: bool,
    /// Its bytes.
    pub packet: &'a [u8],
    /// The bytes behind it.
    pub rest: &'a [u8],
}

/// Takes the first packet off `stream`; `None` while some of it is missing.
///
/// # Errors
/// See [`length`].
pub fn split(stream: &[u8], limit: usize) -> Result<Option<Split<'_>>, ProtocolError> {
    let Some((first, mut rest)) = stream.split_first() else {
        return Ok(None);
    };
    let mut given = None;
    loop {
        match length(*first, given, limit)? {
            Length::Bytes(bytes) => {
                let packet = rest.split_at_checked(bytes);
                let attachment = first & ATTACHMENT != 0;
                return Ok(packet.map(|(packet, rest)| Split { attachment, packet, rest }));
            }
            Length::InNext(count) => {
                let Some((number, behind)) = rest.split_at_checked(count) else {
                    return Ok(None);
                };
                let number = number.iter().fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
                given = Some(usize::try_from(number).unwrap_or(usize::MAX));
                rest = behind;
            }
        }
    }
}

/// Writes the header of a packet of `bytes` bytes.
pub fn write_header(attachment: bool, bytes: usize, stream: &mut Vec<u8>) {
    let (first, count) = mark(bytes);
    stream.push(if attachment { first | ATTACHMENT } else { first });
    stream.extend((bytes as u64).to_be_bytes().iter().skip(8 - count));
}

const ATTACHMENT: u8 = 0x80;
const IN_2: u8 = 126;
const IN_8: u8 = 127;
