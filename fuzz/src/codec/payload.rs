//! Bodies of HTTP long-polling: cutting a received one, filling one to send.

use ferrio::engineio::payload::{Body, SEPARATOR, split};
use ferrio::engineio::{Message, Packet};
use ferrio::payload::Payload;
use ferrio::socketio::{Outgoing, PacketType, SocketId};

use crate::handle::{self, Handle, Origin};
use crate::input::Input;
use crate::text::{head, utf8_len};

/// The bytes are a body, and then the sizes of packets to send.
pub fn check(data: &[u8]) {
    handle::reset();
    let body = String::from_utf8_lossy(data);
    let packets: Vec<&str> = split(&body).collect();
    assert_eq!(packets.join("\x1e"), body);
    assert!(packets.iter().all(|packet| !packet.contains(SEPARATOR)));
    check_batches(&mut Input::new(data));
    assert_eq!(handle::living(), 0);
}

/// What is put into bodies comes out of them in order, and every body is as full as it may be.
fn check_batches(input: &mut Input<'_>) {
    let max = match input.below(4) {
        0 => usize::MAX,
        1 => input.below(256),
        _ => 1 + input.below(60),
    };
    let mut queue = Vec::new();
    while !input.is_empty() && queue.len() < 50 {
        queue.push(packet(input));
    }
    let mut bodies: Vec<Vec<&Packet<Outgoing<Handle>>>> = Vec::new();
    let mut body = Body::new(max);
    for packet in &queue {
        if bodies.is_empty() || !body.takes(packet.body_len()) {
            body = Body::new(max);
            assert!(body.takes(packet.body_len()), "the first packet always fits");
            bodies.push(Vec::new());
        }
        bodies.last_mut().expect("one was just made").push(packet);
    }

    let mut sent = Vec::new();
    let mut sizes = Vec::new();
    for body in &bodies {
        let text: String = body.iter().enumerate().map(|(nth, packet)| written(packet, nth > 0)).collect();
        assert!(body.len() == 1 || text.len() <= max, "a body of {} bytes, {max} allowed", text.len());
        let packets: Vec<String> = split(&text).map(str::to_owned).collect();
        assert_eq!(packets.len(), body.len());
        sizes.push((text.len(), packets[0].len()));
        sent.extend(packets);
    }
    let alone: Vec<String> = queue.iter().map(|packet| written(packet, false)).collect();
    assert_eq!(sent, alone);
    for pair in sizes.windows(2) {
        assert!(pair[0].0 + 1 + pair[1].1 > max, "the next packet would have had a place");
    }
}

fn packet(input: &mut Input<'_>) -> Packet<Outgoing<Handle>> {
    let letters = ["a", "é", "€", "😀"];
    let kind = input.below(8);
    match kind {
        0 => Packet::Close,
        1 => Packet::Probe,
        2 => Packet::Pong,
        3 => Packet::Upgrade,
        4 => Packet::Message(Outgoing::attachment(SocketId(0), Handle::binary(input.below(80), Origin::App), true)),
        _ => {
            let json = format!("[\"{}\"]", input.pick(&letters).repeat(input.below(20)));
            let bytes = json.len();
            Packet::Message(Outgoing {
                kind: Some(if kind == 5 { PacketType::Ack } else { PacketType::Event }),
                socket: SocketId(0),
                attachments: if input.flag() { input.below(12) as u32 } else { 0 },
                ack: (kind < 7).then(|| input.long() >> 11 >> input.below(53)),
                content: Some(Handle::text(json.encode_utf16().collect(), bytes, Origin::App)),
                compress: true,
                namespace_len: if input.flag() { NAMESPACE.len() as u32 } else { 0 },
            })
        }
    }
}

/// A packet as a host writes it, with as many letters as its base64 would have; its size is what the core says.
fn written(packet: &Packet<Outgoing<Handle>>, follows: bool) -> String {
    let namespace: Vec<u16> = NAMESPACE.encode_utf16().collect();
    let mut units = head(packet, follows, true, &namespace);
    if let Packet::Message(message) = packet
        && let Some(content) = &message.content
    {
        match message.is_binary() {
            true => units.extend(std::iter::repeat_n(0x41, content.byte_len(0).div_ceil(3) * 4)),
            false => units.extend(content.units()),
        }
    }
    assert_eq!(utf8_len(&units), packet.body_len() + usize::from(follows));
    String::from_utf16(&units).expect("whole characters")
}

const NAMESPACE: &str = "/é😀";
