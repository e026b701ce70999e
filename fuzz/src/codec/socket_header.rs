//! Socket.IO headers, with their frame and alone, and the headers of what is sent.

use ferrio::config::MAX_HEADER;
use ferrio::engineio::Packet;
use ferrio::error::ProtocolError;
use ferrio::socketio::packet::{self, Header, decode};
use ferrio::socketio::{Outgoing, PacketType, SocketId};

use crate::handle::{self, Handle};
use crate::input::Input;
use crate::text::{head, units, utf8_len};

/// The bytes are a frame, behind Engine.IO's digit and without it; they also make a packet that is written.
pub fn check(data: &[u8]) {
    handle::reset();
    let frame = units(data);
    check_frame(&frame, 0);
    let framed: Vec<u16> = [0x34].into_iter().chain(frame).collect();
    check_frame(&framed, 1);
    check_written(&mut Input::new(data));
    assert_eq!(handle::living(), 0);
}

fn check_frame(frame: &[u16], start: usize) {
    let whole = decode(frame, start, frame.len());
    if let Ok(header) = &whole {
        check_header(frame, start, header);
    }
    check_alone(frame, start, &whole);
}

/// Every part is where it says, and makes the frame again.
fn check_header(frame: &[u16], start: usize, header: &Header) {
    let Header { kind, attachments, namespace, ack, json } = header;
    assert!(start < frame.len() && start < namespace.start && namespace.start <= namespace.end);
    assert!(namespace.end <= *json && *json <= frame.len());
    let namespace = &frame[namespace.clone()];
    assert!(namespace.is_empty() || namespace[0] == 0x2F && !namespace.contains(&0x2C));
    assert!(ack.is_none_or(|id| id <= MAX_ACK_ID));
    if matches!(kind, PacketType::Event | PacketType::Ack) {
        assert_eq!(frame.get(*json), Some(&0x5B));
        assert!(*kind == PacketType::Event || ack.is_some());
    } else {
        assert_eq!(*attachments, 0);
    }
    // Digits with zeros before them are the same number; a namespace without a comma ends with the frame.
    let mut again = written(&packet(*kind, *attachments, *ack, namespace), namespace);
    again.extend(frame.get(*json));
    let expected = decode(&again, 0, again.len()).expect("a header that was read can be written and read");
    assert_eq!((expected.kind, expected.attachments, expected.ack), (*kind, *attachments, *ack));
}

/// The header that hosts hand in tells the same as the whole frame.
fn check_alone(frame: &[u16], start: usize, whole: &Result<Header, ProtocolError>) {
    let header = packet::header(frame);
    let alone = decode(header, start, frame.len());
    match (&alone, whole) {
        (Err(ProtocolError::TooLong), _) => assert!(header.len() >= MAX_HEADER && frame.len() > MAX_HEADER),
        // What begins with `{` or `"` is no array; the core does not see it, and js/core says so, or another rule is broken too.
        (alone, Err(ProtocolError::BadHeader)) if frame.get(header.len()) != Some(&0x5B) => {
            assert!(alone.as_ref().is_ok_and(|read| read.json == header.len()) || alone.is_err());
        }
        (alone, whole) => assert_eq!(alone, whole, "the header of {frame:?}"),
    }
}

/// decode(encode(x)) = x.
fn check_written(input: &mut Input<'_>) {
    let kind = input.pick(&[PacketType::Event, PacketType::Ack, PacketType::Connect, PacketType::Disconnect]);
    let carries = matches!(kind, PacketType::Event | PacketType::Ack);
    let attachments = if carries && input.flag() { input.long() as u32 % 1_000_001 } else { 0 };
    let ack = (carries && (kind == PacketType::Ack || input.flag())).then(|| input.long() >> 11 >> input.below(53));
    let namespace: Vec<u16> = match input.below(3) {
        0 => Vec::new(),
        1 => [0x2F].into_iter().chain(units(input.bytes(100)).into_iter().filter(|unit| *unit != 0x2C)).collect(),
        _ => std::iter::repeat_n(0x2F, 1 + input.below(100)).collect(),
    };
    // As hosts have it: `/` is not written, and no half of a surrogate pair stands in a URL.
    let namespace =
        if namespace.len() == 1 || String::from_utf16(&namespace).is_err() { Vec::new() } else { namespace };
    let json: Vec<u16> = if carries { vec![0x5B, 0x5D] } else { Vec::new() };

    let packet = packet(kind, attachments, ack, &namespace);
    let mut frame = written(&packet, &namespace);
    assert_eq!(Packet::Message(packet).body_len(), 1 + utf8_len(&frame), "{kind:?} of {namespace:?}");
    let header_len = frame.len();
    frame.extend(&json);
    let header = decode(&frame, 0, frame.len()).expect("it was written by the core");
    let expected = Header { kind, attachments, ack, namespace: header.namespace.clone(), json: header_len };
    assert_eq!(header, expected);
    assert_eq!(frame[header.namespace.clone()], namespace);
    check_frame(&frame, 0);
}

fn packet(kind: PacketType, attachments: u32, ack: Option<u64>, namespace: &[u16]) -> Outgoing<Handle> {
    let namespace_len = utf8_len(namespace) as u32;
    Outgoing { kind: Some(kind), socket: SocketId(0), attachments, ack, content: None, compress: true, namespace_len }
}

/// The header without Engine.IO's digit.
fn written(packet: &Outgoing<Handle>, namespace: &[u16]) -> Vec<u16> {
    head(&Packet::Message(packet.clone()), false, false, namespace).split_off(1)
}

const MAX_ACK_ID: u64 = (1 << 53) - 1;
