//! The host's transports: every command is checked against what a host can be asked, and what was sent is kept for a server
//! to read.

use std::collections::BTreeMap;

use ferrio::config::TransportKind;
use ferrio::engineio::{Command, Message, Packet, TransportId};
use ferrio::payload::Payload;
use ferrio::socketio::{Manager, Outgoing, PacketType};

use crate::handle::Handle;
use crate::text::{head, utf8_len};

/// All transports of a manager.
#[derive(Debug, Default)]
pub struct Wire {
    /// Those that were opened and not closed.
    pub transports: BTreeMap<u32, Transport>,
    /// What the server has to say, by session.
    pub outboxes: BTreeMap<u32, Vec<String>>,
    /// The handle and number of attachments that each session still owes behind a packet.
    owed: BTreeMap<u32, (usize, u32, u32)>,
    /// The smallest `maxPayload` of all handshakes.
    pub least_payload: Option<usize>,
    last: u32,
    session: u32,
}

/// One transport.
#[derive(Debug)]
pub struct Transport {
    /// Of what kind it is.
    pub kind: TransportKind,
    /// Whether it is to take a session over.
    pub with_sid: bool,
    /// Whether it is connected.
    pub opened: bool,
    /// Whether a GET is on its way.
    pub get: bool,
    /// Whether a POST is on its way.
    pub post: bool,
    /// Whether its handshake was accepted, or `5` was sent over it.
    pub in_use: bool,
    /// Which session it belongs to, counted from 1.
    pub session: u32,
    /// What the server has received and not read yet; with polling, what is in the body.
    pub inbox: Vec<Sent>,
    /// Whether the server received a probe over it and has not answered.
    pub is_probed: bool,
    /// Whether its probe was answered.
    pub is_answered: bool,
    /// Whether `0` was sent over it.
    has_begun: bool,
    max_payload: usize,
    bytes: usize,
    packets: usize,
}

/// A packet that was sent, as a server needs it.
#[derive(Clone, Debug)]
pub enum Sent {
    /// `0`
    Open,
    /// `1`
    Close,
    /// `2probe`
    Probe,
    /// `3`
    Pong,
    /// `5`
    Upgrade,
    /// A message: its socket, kind, ack id and the number of its content.
    Message(Outgoing<()>, Option<usize>),
}

impl Wire {
    /// Carries a command out, and returns what is sent, and by which session.
    pub fn execute(&mut self, command: Command<Outgoing<Handle>>, manager: &Manager<Handle>) -> Option<(u32, Sent)> {
        match command {
            Command::Open { transport: TransportId(id), kind, with_sid } => self.open(id, kind, with_sid),
            Command::Send { transport: TransportId(id), packet, follows, base64 } => {
                let base64_wanted = |kind| kind == TransportKind::Polling || base64;
                let transport = self.living(id, "send");
                assert!(!matches!(&packet, Packet::Message(_)) || base64_wanted(transport.kind) == base64);
                transport.check_send(id, &packet, follows, manager);
                let session = transport.session;
                if packet == Packet::Upgrade {
                    let busy = |other: &Transport| other.session == session && (other.get || other.post);
                    assert!(!self.transports.values().any(busy), "`5` while a GET or a POST is on its way");
                }
                if let Packet::Message(message) = &packet {
                    self.check_order(session, message);
                }
                let transport = self.living(id, "send");
                transport.in_use |= packet == Packet::Upgrade;
                let sent = sent(packet);
                transport.inbox.push(sent.clone());
                return Some((session, sent));
            }
            Command::Flush(TransportId(id)) => {
                let transport = self.living(id, "POST");
                assert!(!transport.post, "a second POST on #{id}");
                assert!(transport.packets > 0, "a POST of nothing on #{id}");
                (transport.post, transport.packets, transport.bytes) = (true, 0, 0);
            }
            Command::Poll(TransportId(id)) => {
                let transport = self.living(id, "GET");
                assert_eq!(transport.kind, TransportKind::Polling, "a GET on #{id}");
                assert!(!transport.get, "a second GET on #{id}");
                transport.get = true;
            }
            Command::Close(TransportId(id)) => {
                self.living(id, "close");
                self.transports.remove(&id);
            }
            Command::Defer => {}
        }
        None
    }

    /// The core accepted this handshake.
    pub fn note_handshake(&mut self, transport: TransportId, max_payload: usize) {
        let transport = self.living(transport.0, "handshake");
        assert!(!transport.in_use && !transport.with_sid, "a second handshake");
        (transport.max_payload, transport.in_use) = (max_payload, true);
        self.least_payload = Some(self.least_payload.map_or(max_payload, |least| least.min(max_payload)));
    }

    /// The `nth` living transport from the youngest on, or one that does not exist any more or yet.
    #[must_use]
    pub fn nth(&self, nth: usize) -> TransportId {
        let living = self.transports.keys().rev().nth(nth).copied();
        TransportId(living.unwrap_or(self.last.saturating_sub(nth as u32 / 2)))
    }

    /// Whether the session in use can hear its server: with polling a GET is on its way, unless an upgrade is.
    #[must_use]
    pub fn listens(&self) -> bool {
        let mut transports = self.transports.values().filter(|transport| transport.session == self.session);
        let first = transports.next();
        transports.next().is_some() || first.is_none_or(|first| first.kind != TransportKind::Polling || first.get)
    }

    /// How many sessions have a living transport.
    #[must_use]
    pub fn sessions(&self) -> usize {
        let mut sessions: Vec<u32> = self.transports.values().map(|transport| transport.session).collect();
        sessions.dedup();
        sessions.len()
    }

    fn open(&mut self, id: u32, kind: TransportKind, with_sid: bool) {
        assert!(id > self.last, "transport #{id} is used twice");
        self.last = id;
        if !with_sid {
            // Before the first handshake of a session nothing is sent, so another transport may count as another session.
            self.session += 1;
        }
        let session = self.session;
        let in_session = self.transports.values().filter(|transport| transport.session == session).count();
        assert_eq!(in_session, usize::from(with_sid), "a session has one transport, and one more while it is upgraded");
        self.transports.insert(
            id,
            Transport {
                kind,
                with_sid,
                opened: false,
                get: false,
                post: false,
                in_use: false,
                session,
                inbox: Vec::new(),
                is_probed: false,
                is_answered: false,
                has_begun: false,
                max_payload: usize::MAX,
                bytes: 0,
                packets: 0,
            },
        );
    }

    /// Attachments stand right behind their packet, in their order, whatever transport they go over.
    fn check_order(&mut self, session: u32, message: &Outgoing<Handle>) {
        let content = message.content.as_ref();
        match self.owed.remove(&session) {
            Some((text, next, count)) => {
                assert!(message.is_binary(), "attachment {next} of {count} is missing");
                assert_eq!(content.and_then(Handle::part_of), Some((text, next)), "an attachment out of order");
                if next + 1 < count {
                    self.owed.insert(session, (text, next + 1, count));
                }
            }
            None => {
                assert!(!message.is_binary(), "an attachment without a packet");
                if message.attachments > 0 {
                    let text = content.expect("attachments belong to a text").number();
                    self.owed.insert(session, (text, 0, message.attachments));
                }
            }
        }
    }

    fn living(&mut self, id: u32, what: &str) -> &mut Transport {
        self.transports.get_mut(&id).unwrap_or_else(|| panic!("{what} on #{id}, which was never opened or is closed"))
    }
}

impl Transport {
    fn check_send(&mut self, id: u32, packet: &Packet<Outgoing<Handle>>, follows: bool, manager: &Manager<Handle>) {
        let size = size(packet, manager);
        if self.kind != TransportKind::Polling {
            assert!(self.opened, "a packet for #{id}, which is not connected");
            assert!(!follows, "a separator on a transport with frames");
            assert!(*packet != Packet::Close, "other transports than polling just close");
            if self.kind == TransportKind::WebTransport {
                assert_eq!(self.has_begun, *packet != Packet::Open, "`0` comes first, and once");
                self.has_begun = true;
            } else {
                assert!(*packet != Packet::Open, "only on WebTransport this side speaks first");
            }
            let may_begin = matches!(packet, Packet::Probe | Packet::Upgrade);
            assert!(
                self.in_use || *packet == Packet::Open || self.with_sid && may_begin,
                "a packet for #{id} before its time"
            );
            return;
        }
        assert!(self.in_use, "a packet for #{id} before its handshake");
        assert!(!matches!(packet, Packet::Open | Packet::Probe | Packet::Upgrade));
        assert!(!self.post, "a body for #{id} while a POST is on its way");
        assert_eq!(follows, self.packets > 0, "a separator stands between packets, and only there");
        let is_join = matches!(packet, Packet::Message(Outgoing { kind: Some(PacketType::Connect), .. }));
        let is_bare = !matches!(packet, Packet::Message(Outgoing { content: Some(_), .. }));
        assert!(size <= self.max_payload || is_join || is_bare, "{size} bytes are more than the server takes");
        self.bytes += size + usize::from(follows);
        self.packets += 1;
        assert!(self.packets == 1 || self.bytes <= self.max_payload, "a body of {} bytes", self.bytes);
    }
}

/// Bytes of a packet in a body, counted from what is written; the core counts the same.
fn size(packet: &Packet<Outgoing<Handle>>, manager: &Manager<Handle>) -> usize {
    let namespace = match packet {
        Packet::Message(message) => manager.namespace(message.socket),
        Packet::Open | Packet::Close | Packet::Probe | Packet::Pong | Packet::Upgrade => &[],
    };
    let head = utf8_len(&head(packet, false, true, namespace));
    let content = match packet {
        Packet::Message(Outgoing { content: Some(content), kind: None, .. }) => content.byte_len(0).div_ceil(3) * 4,
        Packet::Message(Outgoing { content: Some(content), .. }) => content.byte_len(0),
        Packet::Message(_) | Packet::Open | Packet::Close | Packet::Probe | Packet::Pong | Packet::Upgrade => 0,
    };
    assert_eq!(packet.body_len(), head + content);
    head + content
}

fn sent(packet: Packet<Outgoing<Handle>>) -> Sent {
    match packet {
        Packet::Open => Sent::Open,
        Packet::Close => Sent::Close,
        Packet::Probe => Sent::Probe,
        Packet::Pong => Sent::Pong,
        Packet::Upgrade => Sent::Upgrade,
        Packet::Message(Outgoing { kind, socket, attachments, ack, content, compress, namespace_len }) => {
            let number = content.as_ref().map(Handle::number);
            Sent::Message(Outgoing { kind, socket, attachments, ack, content: None, compress, namespace_len }, number)
        }
    }
}
