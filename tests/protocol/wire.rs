//! The host's transports, as far as a test needs them. Every command is checked against what a host may be asked: that
//! check runs in all scenarios, and is all that the random operations of `operations.rs` assert.

use std::collections::BTreeMap;

use ferrio::config::TransportKind;
use ferrio::engineio::{Command, Head, Packet, TransportId};
use ferrio::socketio::{Manager, Outgoing};

use super::data::Data;

#[derive(Default)]
pub struct Wire {
    /// Transports that were opened and not closed.
    pub transports: BTreeMap<u32, Transport>,
    last: u32,
}

pub struct Transport {
    pub kind: TransportKind,
    pub opened: bool,
    /// Whether something was sent on it.
    begun: bool,
    pub get: bool,
    pub post: bool,
    /// What its handshake allows, in bytes.
    max_payload: Option<usize>,
    body: Body,
}

#[derive(Default)]
struct Body {
    text: String,
    packets: usize,
    bytes: usize,
}

impl Wire {
    /// Carries a command out and tells it in one line; a packet for a polling body is told with its POST.
    pub fn execute(&mut self, command: Command<Outgoing<Data>>, manager: &Manager<Data>) -> Option<String> {
        match command {
            Command::Open { transport: TransportId(id), kind, with_sid } => {
                assert!(id > self.last, "transport #{id} is used twice");
                self.last = id;
                let (max_payload, body) = (None, Body::default());
                let transport =
                    Transport { kind, opened: false, begun: false, get: false, post: false, max_payload, body };
                self.transports.insert(id, transport);
                Some(format!("open #{id} {}{}", kind_name(kind), if with_sid { " with sid" } else { "" }))
            }
            Command::Send { transport: TransportId(id), packet, follows, base64 } => {
                let transport = self.living(id, "send");
                let text = written(&packet, follows, base64, manager);
                if transport.kind != TransportKind::Polling {
                    assert!(transport.opened, "send on #{id}, which is not connected yet");
                    assert!(!follows, "a separator on a transport with frames");
                    let begins = matches!(packet, Packet::Open);
                    let must = transport.kind == TransportKind::WebTransport && !transport.begun;
                    assert_eq!(begins, must, "`0` is the first packet on webtransport, and only there");
                    transport.begun = true;
                    return Some(format!("send #{id} {text}"));
                }
                let body = &mut transport.body;
                assert!(!transport.post, "a body for #{id} while a POST is on its way");
                assert_eq!(follows, body.packets > 0, "a separator stands between packets, and only there");
                body.bytes += bytes_on_the_wire(&packet, &text);
                body.packets += 1;
                body.text.push_str(&text);
                if let Some(max) = transport.max_payload {
                    assert!(body.packets == 1 || body.bytes <= max, "a body of {} bytes, {max} allowed", body.bytes);
                }
                None
            }
            Command::Flush(TransportId(id)) => {
                let transport = self.living(id, "post");
                assert!(!transport.post, "a second POST on #{id}");
                assert!(transport.body.packets > 0, "a POST of nothing on #{id}");
                transport.post = true;
                let body = std::mem::take(&mut transport.body);
                Some(format!("post #{id} {}", body.text))
            }
            Command::Poll(TransportId(id)) => {
                let transport = self.living(id, "get");
                assert_eq!(transport.kind, TransportKind::Polling, "a GET on #{id}");
                assert!(!transport.get, "a second GET on #{id}");
                transport.get = true;
                Some(format!("get #{id}"))
            }
            Command::Close(TransportId(id)) => {
                self.living(id, "close");
                self.transports.remove(&id);
                Some(format!("close #{id}"))
            }
            Command::Defer => None,
        }
    }

    /// The core accepted this handshake.
    pub fn note_handshake(&mut self, transport: TransportId, frame: &Data) {
        let json: serde_json::Value = serde_json::from_str(&frame.cut_at(1)).expect("the core checked the JSON");
        let max_payload = json["maxPayload"].as_u64().map(|bytes| bytes as usize);
        self.living(transport.0, "handshake").max_payload = max_payload;
    }

    /// The youngest living transport of this kind.
    pub fn latest(&self, kind: TransportKind) -> Option<TransportId> {
        let mut transports = self.transports.iter().rev();
        transports.find(|(_, transport)| transport.kind == kind).map(|(id, _)| TransportId(*id))
    }

    fn living(&mut self, id: u32, what: &str) -> &mut Transport {
        match self.transports.get_mut(&id) {
            Some(transport) => transport,
            None => panic!("{what} on #{id}, which was never opened or is closed"),
        }
    }
}

pub fn kind_name(kind: TransportKind) -> &'static str {
    match kind {
        TransportKind::Polling => "polling",
        TransportKind::WebSocket => "websocket",
        TransportKind::WebTransport => "webtransport",
    }
}

/// The packet as the host writes it; separators are shown as `␞`, attachments in hexadecimal.
fn written(packet: &Packet<Outgoing<Data>>, follows: bool, base64: bool, manager: &Manager<Data>) -> String {
    let namespace = match packet {
        Packet::Message(message) => manager.namespace(message.socket),
        Packet::Open | Packet::Close | Packet::Probe | Packet::Pong | Packet::Upgrade => &[],
    };
    let mut units = vec![0; namespace.len() + 64];
    let mut head = Head::new(&mut units);
    packet.write_head(follows, base64, namespace, &mut head);
    let len = head.len();
    let mut text = String::from_utf16(&units[..len]).expect("heads hold whole characters").replace('\x1e', "␞");
    if let Packet::Message(Outgoing { content: Some(content), .. }) = packet {
        text.push_str(&content.to_string());
    }
    text
}

/// What the packet takes in a body, counted from what is written rather than asked of the core.
fn bytes_on_the_wire(packet: &Packet<Outgoing<Data>>, text: &str) -> usize {
    let separator = if text.starts_with('␞') { '␞'.len_utf8() - 1 } else { 0 };
    match packet {
        Packet::Message(Outgoing { content: Some(Data::Binary(bytes)), .. }) => {
            let hexadecimal = 2 + 2 * bytes.len();
            text.len() - separator - hexadecimal + bytes.len().div_ceil(3) * 4
        }
        Packet::Message(_) | Packet::Open | Packet::Close | Packet::Probe | Packet::Pong | Packet::Upgrade => {
            text.len() - separator
        }
    }
}
