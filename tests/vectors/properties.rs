//! What holds for every input of a codec.

use ferrio::config::{ManagerConfig, TransportKind, TransportList};
use ferrio::engineio::packet::{self as engine, Packet};
use ferrio::engineio::{framing, handshake, payload};
use ferrio::json::Reader;
use ferrio::rand::Rand;
use ferrio::socketio::assembly::{Assembly, Received};
use ferrio::socketio::backoff::Backoff;
use ferrio::socketio::packet::{self, PacketType};
use ferrio::socketio::{Outgoing, SocketId};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::data::Data;
use crate::tables::{batch, event, head, is_object, units};

const MAX_ACK: u64 = (1 << 53) - 1;

fn outgoing() -> impl Strategy<Value = (Outgoing<Data>, String, String)> {
    let kinds = vec![PacketType::Connect, PacketType::Disconnect, PacketType::Event, PacketType::Ack];
    let ack = prop_oneof![0..20u64, 0..=MAX_ACK, Just(MAX_ACK)];
    let namespace = prop_oneof![Just("/".to_owned()), "/[^,]{1,80}"];
    let json = r#"\[("[^"\\\x00-\x1f]{0,9}")?\]"#;
    (prop::sample::select(kinds), prop::option::of(ack), 0..30u32, namespace, json).prop_map(
        |(kind, ack, attachments, namespace, json)| {
            let asks = matches!(kind, PacketType::Event | PacketType::Ack);
            let ack = if kind == PacketType::Ack { ack.or(Some(0)) } else { ack.filter(|_| asks) };
            let packet = Outgoing {
                kind: Some(kind),
                attachments: if asks { attachments } else { 0 },
                ack,
                namespace_len: if namespace == "/" { 0 } else { namespace.len() as u32 },
                ..event(&json)
            };
            (packet, namespace, json)
        },
    )
}

/// Any number that is none of the special ones.
fn number() -> impl Strategy<Value = f64> {
    use prop::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO
}

const ALL_KINDS: [TransportKind; 3] = [TransportKind::Polling, TransportKind::WebSocket, TransportKind::WebTransport];

fn transport_kinds() -> impl Strategy<Value = Vec<TransportKind>> {
    prop::sample::subsequence(ALL_KINDS.to_vec(), 0..=3).prop_shuffle()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_packet_that_is_sent_can_be_read((packet, namespace, json) in outgoing()) {
        let text = head(&Packet::Message(packet.clone()), false, false, &units(&namespace)) + &json;
        prop_assert_eq!(Packet::Message(packet.clone()).body_len(), text.len());
        let frame = units(&text);
        let header = packet::decode(&frame, 1, frame.len()).unwrap();
        prop_assert_eq!(Some(header.kind), packet.kind);
        prop_assert_eq!(header.attachments, packet.attachments);
        prop_assert_eq!(header.ack, packet.ack);
        let read = String::from_utf16(&frame[header.namespace.clone()]).unwrap();
        prop_assert_eq!(if read.is_empty() { "/" } else { &read }, namespace);
        prop_assert_eq!(String::from_utf16(&frame[header.json..]).unwrap(), json);

        // The header alone tells the same.
        prop_assert_eq!(packet::decode(packet::header(&frame), 1, frame.len()), Ok(header));
    }

    #[test]
    fn no_frame_panics_and_offsets_lie_within(frame in vec(any::<u16>(), 0..100), start in 0..3usize) {
        let _ = engine::decode(&frame);
        if let Ok(header) = packet::decode(&frame, start, frame.len()) {
            prop_assert!(header.json <= frame.len() && header.namespace.end <= frame.len());
        }
    }

    #[test]
    fn no_text_of_the_right_letters_panics(text in r#"[0-9b][0-9/,\-\[{"a]{0,90}"#, cut in 0..90usize) {
        let frame = units(&text);
        let _ = packet::decode(&frame[..cut.min(frame.len())], 1, frame.len());
        let _ = packet::decode(&frame, 1, frame.len());
        let _ = handshake::decode(&frame);
    }

    #[test]
    fn bodies_are_as_full_as_max_payload_allows(sizes in vec((any::<bool>(), 0..40usize), 1..20), max in 1..200usize) {
        let packets: Vec<Packet<Outgoing<Data>>> = sizes
            .iter()
            .map(|(binary, size)| Packet::Message(match binary {
                true => Outgoing::attachment(SocketId(0), Data::Binary(vec![0; *size]), true),
                false => event(&"é".repeat(*size)),
            }))
            .collect();
        let count = batch(&packets, max);
        let bytes = |count: usize| packets[..count].iter().map(Packet::body_len).sum::<usize>() + count - 1;
        prop_assert!(count >= 1 && count <= packets.len());
        prop_assert!(count == 1 || bytes(count) <= max);
        prop_assert!(count == packets.len() || bytes(count + 1) > max);
    }

    #[test]
    fn a_body_is_split_where_it_was_joined(packets in vec("[^\u{1e}]{0,9}", 1..9)) {
        let body = packets.join("\u{1e}");
        prop_assert_eq!(payload::split(&body).collect::<Vec<_>>(), packets);
    }

    #[test]
    fn packets_of_a_stream_are_read_as_they_were_written_wherever_it_is_cut(
        packets in vec((any::<bool>(), prop_oneof![0..9usize, 120..130usize, 65_530..65_540usize]), 1..5),
        cuts in vec(0..270_000usize, 0..9),
    ) {
        let mut stream = Vec::new();
        let packets: Vec<(bool, Vec<u8>)> = packets.iter().map(|(attachment, len)| (*attachment, vec![b'4'; *len])).collect();
        for (attachment, packet) in &packets {
            framing::write_header(*attachment, packet.len(), &mut stream);
            stream.extend(packet);
        }
        // The host's buffer grows by a chunk each, and everything that is complete is taken off it.
        let mut ends: Vec<usize> = cuts.iter().map(|cut| *cut % (stream.len() + 1)).chain([stream.len()]).collect();
        ends.sort_unstable();
        let (mut taken, mut read) = (0, Vec::new());
        for end in ends {
            while let Some(framing::Split { attachment, packet, rest }) = framing::split(&stream[taken..end], 70_000).unwrap() {
                read.push((attachment, packet.to_vec()));
                taken = end - rest.len();
            }
        }
        prop_assert_eq!(read, packets);
    }

    #[test]
    fn a_stream_of_anything_neither_panics_nor_gives_more_than_the_limit(stream in vec(any::<u8>(), 0..40), limit in 0..40usize) {
        if let Ok(Some(framing::Split { packet, rest, .. })) = framing::split(&stream, limit) {
            prop_assert!(packet.len() <= limit && packet.len() + rest.len() < stream.len());
        }
    }

    #[test]
    fn a_length_is_judged_with_the_header_before_the_packet_is_there(attachment in any::<bool>(), len in 0..100_000usize, limit in 0..100_000usize) {
        let mut header = Vec::new();
        framing::write_header(attachment, len, &mut header);
        prop_assert_eq!(framing::split(&header, limit).is_err(), len > limit);
        for cut in 0..header.len() {
            prop_assert!(matches!(framing::split(&header[..cut], usize::MAX), Ok(None)));
        }
    }

    #[test]
    fn what_the_reader_takes_for_an_object_is_one(text in r#"\{("(a|\\.|\\u[0-9a-gA-F]{3,5})":(-?[0-9]{1,3}(\.[0-9]?)?(e[+-]?[0-9]?)?|"\\?."|true|null|\[\]|\{\}|\[1,[0-9]?\]),?){0,3}\}"#) {
        let surrogate = text.to_ascii_lowercase().contains(r"\ud");
        if !surrogate {
            let known: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_str(&text);
            prop_assert_eq!(is_object(&text), known.is_ok(), "{}", text);
        }
    }

    #[test]
    fn every_object_is_taken_for_one(members in vec(("\\PC{0,9}", any::<f64>(), "\\PC{0,9}"), 0..6)) {
        let mut object = serde_json::Map::new();
        for (key, number, string) in members {
            object.insert(key.clone(), number.into());
            object.insert(format!("{key}s"), serde_json::json!([string, { "a": [null] }]));
        }
        let text = serde_json::Value::Object(object).to_string();
        prop_assert!(is_object(&text), "{}", text);
    }

    #[test]
    fn numbers_are_read_right(number in prop_oneof![any::<f64>(), (0..4_000_000_000u64).prop_map(|n| n as f64), -1e6..1e6f64]) {
        let text = units(&format!("[{}]", serde_json::Value::from(number)));
        let read = Reader::array(&text).unwrap().next_member();
        if number.is_finite() {
            let Ok(Some((_, ferrio::json::Value::Number(read)))) = read else {
                return Err(TestCaseError::fail("no number"));
            };
            let off = (read - number).abs();
            prop_assert!(off <= number.abs() * 1e-12 || number.abs() < 1e-290, "{read} for {number}");
            if number.fract() == 0.0 && number.abs() < 1e15 {
                prop_assert_eq!(read, number);
            }
        }
    }

    #[test]
    fn nesting_is_followed_32_deep_and_no_deeper(depth in 0..2_000usize, array in any::<bool>()) {
        let (open, close) = if array { ("[", "]") } else { (r#"{"a":"#, "}") };
        let nested = |depth: usize| format!(r#"{{"a":{}1{}}}"#, open.repeat(depth), close.repeat(depth));
        prop_assert_eq!(is_object(&nested(depth)), depth <= 32);
        prop_assert!(is_object(&nested(32)) && !is_object(&nested(33)));
    }

    #[test]
    fn an_assembly_is_complete_with_its_last_attachment(count in 1..12usize) {
        let event = Received { socket: Some(SocketId(0)), is_ack: false, ack: None, json: 5, attachments: count as u32, size: 4 };
        let mut assembly = Assembly { event, text: Data::text("text"), missing: count as u32 };
        for n in 1..=count {
            assembly.add(Data::Binary(vec![n as u8]), 1);
            prop_assert_eq!(assembly.missing as usize, count - n);
        }
        prop_assert_eq!(assembly.event.size, 4 + count);
        prop_assert_eq!(assembly.text.attachments(), (1..=count).map(|n| Data::Binary(vec![n as u8])).collect::<Vec<_>>());
    }

    #[test]
    fn every_delay_lies_within_its_bounds(
        delay in 0.0..100_000.0f64,
        max in 0.0..100_000.0f64,
        factor in 0.0..1.0f64,
        seed in any::<u32>(),
        attempts in 1..200u32,
    ) {
        let config = ManagerConfig {
            reconnection_delay: delay,
            reconnection_delay_max: max,
            randomization_factor: factor,
            ..ManagerConfig::default()
        };
        let (mut backoff, mut rand) = (Backoff::default(), Rand::new(seed));
        for attempt in 0..attempts {
            let got = backoff.next_delay(&config, &mut rand);
            let middle = (delay * 2f64.powi(attempt as i32)).min(max);
            let (low, high) = (middle * (1.0 - factor), (middle * (1.0 + factor)).min(max));
            prop_assert!(got >= low - 1e-6 && got <= high + 1e-6, "{got} is not in {low}..{high}");
        }
        prop_assert_eq!(backoff.attempts(), attempts);
    }

    #[test]
    fn odd_back_off_options_still_give_a_delay(
        delay in number(),
        max in number(),
        factor in number(),
    ) {
        let config = ManagerConfig {
            reconnection_delay: delay,
            reconnection_delay_max: max,
            randomization_factor: factor,
            ..ManagerConfig::default()
        };
        let (mut backoff, mut rand) = (Backoff::default(), Rand::new(1));
        for _ in 0..70 {
            let got = backoff.next_delay(&config, &mut rand);
            prop_assert!(got >= 0.0, "{got} for {delay}, {max}, {factor}");
        }
    }

    #[test]
    fn a_list_of_transports_is_packed_in_order(kinds in transport_kinds()) {
        let packed = kinds.iter().rev().fold(0, |packed, kind| packed << 2 | *kind as u32);
        let list = TransportList::unpack(packed);
        prop_assert_eq!(list, TransportList::new(&kinds));
        prop_assert_eq!(list.first(), kinds.first().copied());
        let listed = |list: TransportList| {
            std::iter::successors(Some(list), |list| Some(list.rest())).map_while(TransportList::first).collect::<Vec<_>>()
        };
        prop_assert_eq!(&listed(list), &kinds);
        for kind in ALL_KINDS {
            let mut moved = kinds.clone();
            moved.sort_by_key(|other| *other != kind);
            prop_assert_eq!(listed(list.starting_with(kind)), moved);
        }
    }
}
