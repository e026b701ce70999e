//! The packets of a WebTransport stream, however it is cut.

use ferrio::engineio::framing::{Length, Split, length, split, write_header};
use ferrio::error::ProtocolError;

use crate::input::Input;

/// The bytes are a limit and a stream, and then the packets of one that is written.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    let limit = input.pick(&[0, 1, 100, 125, 126, 127, 1_000, 0xFFFF, 10 << 20, usize::MAX]);
    check_stream(data.get(1..).unwrap_or(&[]), limit);
    check_written(&mut input);
}

/// A stream is read packet by packet; whatever has arrived of it tells the same, or that some is missing.
fn check_stream(mut stream: &[u8], limit: usize) {
    loop {
        let whole = split(stream, limit);
        assert_eq!(whole, as_hosts_do(stream, limit));
        for arrived in 0..stream.len() {
            match (split(&stream[..arrived], limit), whole) {
                (Ok(None), _) => assert!(arrived < 9 || whole.is_ok(), "a header takes 9 bytes at most"),
                (Err(error), whole) => assert_eq!(whole, Err(error)),
                (Ok(Some(early)), Ok(Some(whole))) => {
                    assert_eq!((early.attachment, early.packet), (whole.attachment, whole.packet));
                    assert!(whole.rest.starts_with(early.rest));
                }
                (Ok(Some(early)), whole) => panic!("{early:?} of {whole:?}"),
            }
        }
        let Ok(Some(Split { packet, rest, .. })) = whole else {
            return;
        };
        assert!(packet.len() <= limit && rest.len() < stream.len());
        stream = rest;
    }
}

/// The same by [`length`], as a host does whose stream is not in linear memory.
fn as_hosts_do(stream: &[u8], limit: usize) -> Result<Option<Split<'_>>, ProtocolError> {
    let Some(first) = stream.first() else {
        return Ok(None);
    };
    let (bytes, header) = match length(*first, None, limit)? {
        Length::Bytes(bytes) => (bytes, 1),
        Length::InNext(count) => {
            assert!(count == 2 || count == 8);
            let Some(number) = stream.get(1..=count) else {
                return Ok(None);
            };
            let number = number.iter().fold(0u128, |number, byte| number * 256 + u128::from(*byte));
            let Length::Bytes(bytes) = length(*first, Some(number as usize), limit)? else {
                panic!("the length was given");
            };
            assert_eq!(bytes as u128, number);
            (bytes, 1 + count)
        }
    };
    let Some(packet) = stream[header..].get(..bytes) else {
        return Ok(None);
    };
    Ok(Some(Split { attachment: first & 0x80 != 0, packet, rest: &stream[header + bytes..] }))
}

/// decode(encode(x)) = x, and headers are as short as the document allows.
fn check_written(input: &mut Input<'_>) {
    let mut packets = Vec::new();
    let mut stream = Vec::new();
    let mut headers = Vec::new();
    while !input.is_empty() && packets.len() < 6 {
        let attachment = input.flag();
        let bytes = if input.once_in(8) {
            input.pick(&[0xFFFE, 0xFFFF, 0x1_0000, 0x1_0001])
        } else if input.flag() {
            120 + input.below(12)
        } else {
            input.below(256)
        };
        let before = stream.len();
        write_header(attachment, bytes, &mut stream);
        headers.push((stream.len() - before, bytes));
        let packet = vec![input.byte(); bytes];
        stream.extend(&packet);
        packets.push((attachment, packet));
    }
    for (header, bytes) in headers {
        assert_eq!(header, if bytes < 126 { 1 } else { 3 + 6 * usize::from(bytes > 0xFFFF) });
    }
    let mut rest = &stream[..];
    for (attachment, packet) in &packets {
        assert!(packet.is_empty() || split(rest, packet.len() - 1) == Err(ProtocolError::TooLong));
        let Ok(Some(read)) = split(rest, packet.len()) else {
            panic!("it was written by the core");
        };
        assert_eq!((read.attachment, read.packet), (*attachment, &packet[..]));
        rest = read.rest;
    }
    assert!(rest.is_empty());
}
