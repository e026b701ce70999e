//! Checks of the codecs against the tables. They run natively and in the browser.

use ferrio::config::{MAX_PACKET, TransportKind};
use ferrio::engineio::packet::{self as engine, Head, Packet, Received};
use ferrio::engineio::{framing, handshake, payload};
use ferrio::error::ProtocolError;
use ferrio::json::Reader;
use ferrio::payload::Payload;
use ferrio::socketio::packet::{self, Header, PacketType};
use ferrio::socketio::{Outgoing, SocketId};
use serde_json::Value;

use crate::data::Data;

pub fn table(json: &str) -> Value {
    serde_json::from_str(json).expect("a table is JSON")
}

pub fn rows(table: &Value) -> &[Value] {
    table.as_array().expect("a table is an array")
}

pub fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

pub fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

pub fn check_received_engine_packets() {
    let table = table(include_str!("engineio-packets.json"));
    for row in rows(&table["received"]) {
        let got = match engine::decode(&units(text(&row["frame"]))) {
            Ok(Received::Open) => Ok("open"),
            Ok(Received::Close) => Ok("close"),
            Ok(Received::Ping) => Ok("ping"),
            Ok(Received::Pong { probe: false }) => Ok("pong"),
            Ok(Received::Pong { probe: true }) => Ok("pong probe"),
            Ok(Received::Message) => Ok("message"),
            Ok(Received::Upgrade) => Ok("upgrade"),
            Ok(Received::Noop) => Ok("noop"),
            Ok(Received::Base64) => Ok("base64"),
            Err(error) => Err(error as u64),
        };
        match got {
            Ok(kind) => assert_eq!(row["type"], kind, "{row}"),
            Err(error) => assert_eq!(row["error"], error, "{row}"),
        }
    }
}

pub fn check_sent_engine_packets() {
    let table = table(include_str!("engineio-packets.json"));
    for row in rows(&table["sent"]) {
        let packet: Packet<Outgoing<Data>> = match text(&row["packet"]) {
            "close" => Packet::Close,
            "probe" => Packet::Probe,
            "pong" => Packet::Pong,
            "upgrade" => Packet::Upgrade,
            other => panic!("no packet {other}"),
        };
        assert_eq!(head(&packet, false, false, &[]), text(&row["text"]), "{row}");
        assert_eq!(head(&packet, true, false, &[]), format!("\u{1e}{}", text(&row["text"])), "{row}");
        assert_eq!(packet.body_len(), text(&row["text"]).len(), "{row}");
    }
}

pub fn check_handshakes() {
    let table = table(include_str!("handshakes.json"));
    for row in rows(&table) {
        match handshake::decode(&units(text(&row["text"]))) {
            Ok(got) => {
                let expected = &row["handshake"];
                assert_eq!(expected["pingInterval"].as_f64(), Some(got.ping_interval), "{row}");
                assert_eq!(expected["pingTimeout"].as_f64(), Some(got.ping_timeout), "{row}");
                assert_eq!(
                    expected["maxPayload"].as_u64(),
                    Some(got.max_payload as u64).filter(|bytes| *bytes < usize::MAX as u64),
                    "{row}"
                );
                for (kind, name) in
                    [(TransportKind::WebSocket, "websocket"), (TransportKind::WebTransport, "webtransport")]
                {
                    let offered = rows(&expected["upgrades"]).iter().any(|upgrade| upgrade == name);
                    assert_eq!(got.offers(kind), offered, "{row}");
                }
            }
            Err(error) => assert_eq!(row["error"], error as u64, "{row}"),
        }
    }
}

pub fn check_received_packets() {
    let table = table(include_str!("socketio-packets.json"));
    for row in rows(&table["received"]) {
        let frame = units(text(&row["frame"]));
        check_header(row, &frame, 0, packet::decode(&frame, 0, frame.len()));

        // The same behind another layer's digit, and by its header alone.
        let framed = units(&format!("4{}", text(&row["frame"])));
        check_header(row, &framed, 1, packet::decode(packet::header(&framed), 1, framed.len()));
    }
}

fn check_header(row: &Value, frame: &[u16], start: usize, decoded: Result<Header, ProtocolError>) {
    match decoded {
        Ok(Header { kind, attachments, namespace, ack, json }) => {
            assert_eq!(row["type"], kind_name(kind), "{row}");
            assert_eq!(row["attachments"], attachments, "{row}");
            assert_eq!(String::from_utf16_lossy(&frame[namespace]), text(&row["namespace"]), "{row}");
            assert_eq!(row["ack"].as_u64(), ack, "{row}");
            assert_eq!(String::from_utf16_lossy(&frame[json..]), text(&row["json"]), "{row}, from {start}");
        }
        Err(error) => assert_eq!(row["error"], error as u64, "{row}"),
    }
}

pub fn check_sent_packets() {
    let table = table(include_str!("socketio-packets.json"));
    for row in rows(&table["sent"]) {
        let kind = match text(&row["type"]) {
            "connect" => PacketType::Connect,
            "disconnect" => PacketType::Disconnect,
            "event" => PacketType::Event,
            "ack" => PacketType::Ack,
            other => panic!("no client sends {other}"),
        };
        let namespace = text(&row["namespace"]);
        let packet = Packet::Message(Outgoing {
            kind: Some(kind),
            socket: SocketId(0),
            attachments: row["attachments"].as_u64().unwrap() as u32,
            ack: row["ack"].as_u64(),
            content: row["content"].as_str().map(Data::text),
            compress: true,
            namespace_len: if namespace == "/" { 0 } else { namespace.len() as u32 },
        });
        let written = head(&packet, false, false, &units(namespace)) + row["content"].as_str().unwrap_or("");
        assert_eq!(written, format!("4{}", text(&row["text"])), "{row}");
        assert_eq!(packet.body_len(), written.len(), "{row}");
    }
}

pub fn check_split_payloads() {
    let table = table(include_str!("payloads.json"));
    for row in rows(&table["split"]) {
        let packets: Vec<&str> = payload::split(text(&row["body"])).collect();
        assert_eq!(row["packets"], Value::from(packets), "{row}");
    }
}

pub fn check_batches() {
    let table = table(include_str!("payloads.json"));
    for row in rows(&table["batches"]) {
        let max_payload = row["maxPayload"].as_u64().map_or(usize::MAX, |bytes| bytes as usize);
        let packets: Vec<_> = rows(&row["packets"]).iter().map(message).collect();
        let mut rest = &packets[..];
        let mut counts = Vec::new();
        while !rest.is_empty() {
            let count = batch(rest, max_payload);
            counts.push(count);
            rest = &rest[count..];
        }
        assert_eq!(row["counts"], Value::from(counts), "{row}");
    }
}

/// How many packets, from the first on, a body takes.
pub fn batch(packets: &[Packet<Outgoing<Data>>], max_payload: usize) -> usize {
    let mut body = payload::Body::new(max_payload);
    packets.iter().take_while(|packet| body.takes(packet.body_len())).count()
}

pub fn check_framing() {
    let table = table(include_str!("framing.json"));
    for row in rows(&table["headers"]) {
        let mut written = Vec::new();
        framing::write_header(row["attachment"] == true, row["length"].as_u64().unwrap() as usize, &mut written);
        assert_eq!(row["bytes"], Value::from(written), "{row}");
    }
    for row in rows(&table["streams"]) {
        let stream: Vec<u8> = rows(&row["bytes"]).iter().map(|byte| byte.as_u64().unwrap() as u8).collect();
        let (mut rest, mut packets) = (&stream[..], Vec::new());
        let end = loop {
            match framing::split(rest, MAX_PACKET) {
                Ok(Some(framing::Split { attachment, packet, rest: behind })) => {
                    packets.push(if attachment { Value::from(packet) } else { str::from_utf8(packet).unwrap().into() });
                    rest = behind;
                }
                other => break other,
            }
        };
        assert_eq!(row["packets"], Value::from(packets), "{row}");
        assert_eq!(row["error"].as_u64(), end.err().map(|error| error as u64), "{row}");
    }
}

pub fn check_json() {
    let table = table(include_str!("json.json"));
    for row in rows(&table["objects"]) {
        assert!(is_object(text(row)), "{row} is an object");
    }
    for row in rows(&table["others"]) {
        assert!(!is_object(text(row)), "{row} is no object");
    }
}

/// Whether the core's reader takes a text for one JSON object.
pub fn is_object(text: &str) -> bool {
    let units = units(text);
    let Ok(mut reader) = Reader::object(&units) else {
        return false;
    };
    loop {
        match reader.next_member() {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

/// An event by its JSON, or an attachment by its length.
pub fn message(value: &Value) -> Packet<Outgoing<Data>> {
    Packet::Message(match value.as_u64() {
        Some(length) => Outgoing::attachment(SocketId(0), Data::Binary(vec![0; length as usize]), true),
        None => event(text(value)),
    })
}

pub fn event(json: &str) -> Outgoing<Data> {
    Outgoing {
        kind: Some(PacketType::Event),
        socket: SocketId(0),
        attachments: 0,
        ack: None,
        content: Some(Data::text(json)),
        compress: true,
        namespace_len: 0,
    }
}

/// The code units before a packet's content.
pub fn head<P: Payload>(packet: &Packet<Outgoing<P>>, follows: bool, base64: bool, namespace: &[u16]) -> String {
    let mut units = vec![0; namespace.len() + 64];
    let mut head = Head::new(&mut units);
    packet.write_head(follows, base64, namespace, &mut head);
    let len = head.len();
    String::from_utf16(&units[..len]).expect("a head holds whole characters")
}

fn kind_name(kind: PacketType) -> &'static str {
    match kind {
        PacketType::Connect => "connect",
        PacketType::Disconnect => "disconnect",
        PacketType::Event => "event",
        PacketType::Ack => "ack",
        PacketType::ConnectError => "connect error",
    }
}
