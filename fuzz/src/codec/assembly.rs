//! Packets and their attachments: whatever they are and however they are cut into frames and bodies, the app hears the same.
//!
//! A joined socket of `/` receives a stream, once over websocket and once in polling bodies. A model of a few lines says what
//! it must hear: every event whose attachments have come, every ack that is awaited, and the first rule that is broken.

use ferrio::config::{ManagerConfig, TransportKind, TransportList};
use ferrio::engineio::{Command, TransportId, handshake};
use ferrio::error::{ErrorCode, ProtocolError};
use ferrio::payload::Content;
use ferrio::socketio::packet;
use ferrio::socketio::{EmitOptions, Joined, Manager, Output, SocketId};
use ferrio::time::Instant;

use crate::handle::{self, Handle, Origin};
use crate::input::Input;

/// The bytes are options and then a stream of frames.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    let max_attachments = input.below(14) as u32;
    let awaited = input.below(4) as u32;
    let mut stream = Vec::new();
    while !input.is_empty() && stream.len() < 200 {
        stream.push(piece(&mut input));
    }
    let expected = model(&stream, max_attachments, awaited);
    for transport in [TransportKind::WebSocket, TransportKind::Polling] {
        handle::reset();
        let mut receiver = Receiver::new(transport, max_attachments, awaited);
        for piece in &stream {
            receiver.take(piece);
        }
        let Receiver { manager, heard, .. } = receiver;
        assert_eq!(heard, expected, "over {transport:?}: {stream:?}");
        drop(manager);
        assert_eq!(handle::living(), 0);
    }
}

/// A part of the stream.
#[derive(Clone, Debug)]
enum Piece {
    Packet {
        event: bool,
        attachments: u32,
        known: bool,
        ack: Option<u32>,
    },
    /// As a binary frame or as base64; polling knows only base64.
    Attachment {
        bytes: usize,
        base64: bool,
    },
    /// Something between packets.
    Other(&'static str),
    /// With polling, the body ends here.
    Cut,
}

fn piece(input: &mut Input<'_>) -> Piece {
    match input.below(8) {
        0..3 => {
            let event = input.flag();
            let attachments = if input.flag() { input.below(13) as u32 } else { input.below(3) as u32 };
            let ack = if input.flag() || !event { Some(input.below(5) as u32) } else { None };
            Piece::Packet { event, attachments, known: !input.once_in(4), ack }
        }
        3..6 => Piece::Attachment { bytes: input.below(256), base64: input.flag() },
        6 => Piece::Other(input.pick(&["2", "6", "3", "42/other,[1]", "41/other,"])),
        _ => Piece::Cut,
    }
}

#[derive(Debug, Default, PartialEq)]
struct Heard {
    told: Vec<Told>,
    error: Option<ProtocolError>,
}

/// An event, or an ack with the number of who awaited it; its text, and its attachments by size.
#[derive(Debug, PartialEq)]
struct Told {
    awaited: Option<u32>,
    wants_ack: Option<u64>,
    text: String,
    attachments: Vec<usize>,
}

fn model(stream: &[Piece], max_attachments: u32, awaited: u32) -> Heard {
    let mut heard = Heard::default();
    let mut acked = Vec::new();
    let mut assembly: Option<(&Piece, Vec<usize>)> = None;
    for piece in stream {
        let error = match (piece, &mut assembly) {
            (Piece::Cut, _) => None,
            (Piece::Other(text), Some(_)) if text.starts_with('4') => Some(ProtocolError::TextDuringReassembly),
            (Piece::Other(_), _) => None,
            (Piece::Packet { .. }, Some(_)) => Some(ProtocolError::TextDuringReassembly),
            (Piece::Packet { attachments, .. }, None) if *attachments > max_attachments => {
                Some(ProtocolError::BadAttachmentCount)
            }
            (Piece::Packet { .. }, None) => {
                assembly = Some((piece, Vec::new()));
                None
            }
            (Piece::Attachment { .. }, None) => Some(ProtocolError::StrayBinary),
            (Piece::Attachment { bytes, .. }, Some((_, sizes))) => {
                sizes.push(*bytes);
                None
            }
        };
        if error.is_some() {
            heard.error = error;
            return heard;
        }
        let is_complete = |(packet, sizes): &(&Piece, Vec<usize>)| matches!(packet, Piece::Packet { attachments, .. } if *attachments as usize == sizes.len());
        let Some((Piece::Packet { event, known, ack, .. }, attachments)) =
            assembly.take_if(|assembly| is_complete(assembly))
        else {
            continue;
        };
        let packet = told(*event, *ack, attachments);
        match (event, ack) {
            _ if !known => {}
            (true, _) => heard.told.push(packet),
            (false, Some(id)) if *id < awaited && !acked.contains(id) => {
                acked.push(*id);
                heard.told.push(packet);
            }
            (false, _) => {}
        }
    }
    heard
}

fn told(event: bool, ack: Option<u32>, attachments: Vec<usize>) -> Told {
    Told {
        awaited: if event { None } else { ack },
        wants_ack: if event { ack.map(u64::from) } else { None },
        text: JSON.to_owned(),
        attachments,
    }
}

struct Receiver {
    manager: Manager<Handle>,
    transport: TransportKind,
    heard: Heard,
    is_over: bool,
}

impl Receiver {
    /// A joined socket that awaits some acks.
    fn new(transport: TransportKind, max_attachments: u32, awaited: u32) -> Receiver {
        let mut config = ManagerConfig { max_attachments, ..ManagerConfig::default() };
        config.engine.transports = TransportList::new(&[transport]);
        let manager = Manager::new(config, 1);
        let mut receiver = Receiver { manager, transport, heard: Heard::default(), is_over: false };
        let root = receiver.manager.socket(&[0x2F]);
        receiver.manager.connect(root, NOW);
        if transport == TransportKind::WebSocket {
            receiver.manager.handle_opened(TRANSPORT, NOW);
        }
        receiver.hear();
        receiver.text(r#"0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000}"#);
        receiver.text(r#"40{"sid":"s"}"#);
        for token in 0..awaited {
            let options = EmitOptions { ack: Some(token), ..EmitOptions::default() };
            receiver.manager.emit(root, Content::text(Handle::text(Vec::new(), 0, Origin::App)), options, NOW);
        }
        receiver.hear();
        receiver
    }

    fn take(&mut self, piece: &Piece) {
        match piece {
            Piece::Packet { event, attachments, known, ack } => {
                let kind = match (event, attachments) {
                    (true, 0) => "2".to_owned(),
                    (false, 0) => "3".to_owned(),
                    (true, count) => format!("5{count}-"),
                    (false, count) => format!("6{count}-"),
                };
                let namespace = if *known { "" } else { "/other," };
                let ack = ack.map_or(String::new(), |id| id.to_string());
                self.text(&format!("4{kind}{namespace}{ack}{JSON}"));
            }
            Piece::Attachment { bytes, base64: false } if self.transport == TransportKind::WebSocket => {
                self.manager.handle_binary(TRANSPORT, *bytes, Handle::binary(*bytes, Origin::Server), NOW);
            }
            Piece::Attachment { bytes, .. } => {
                self.manager.handle_frame(
                    TRANSPORT,
                    &[0x62],
                    1 + bytes.div_ceil(3) * 4,
                    Handle::binary(*bytes, Origin::Server),
                    NOW,
                );
            }
            Piece::Other(text) => self.text(text),
            Piece::Cut if self.transport == TransportKind::Polling => self.manager.handle_polled(TRANSPORT, NOW),
            Piece::Cut => {}
        }
        self.hear();
    }

    fn text(&mut self, text: &str) {
        let units: Vec<u16> = text.encode_utf16().collect();
        let header = packet::header(&units);
        self.manager.handle_frame(
            TRANSPORT,
            header,
            units.len(),
            Handle::text(units.clone(), text.len(), Origin::Server),
            NOW,
        );
        self.hear();
    }

    fn hear(&mut self) {
        while let Some(output) = self.manager.poll_output() {
            match output {
                Output::ReadHandshake { transport, frame } => {
                    let read = handshake::decode(&frame.units()[1..]);
                    self.manager.handle_handshake(transport, frame, read, NOW);
                }
                Output::ReadConnect { socket, frame, json } => {
                    self.manager.handle_connect(socket, frame, json, Ok(Joined { sid: true, same_pid: false }), NOW);
                }
                Output::AuthWanted { socket, attempt } => self.manager.authorize(socket, attempt, None, NOW),
                Output::Transport(Command::Defer) => self.manager.handle_turn(NOW),
                Output::Event { socket, content, json, ack } => self.tell(socket, None, ack, &content, json),
                Output::Ack { socket, token, content, json } => self.tell(socket, Some(token), None, &content, json),
                Output::Cause(cause) => {
                    let ErrorCode::Protocol(error) = cause.code else { panic!("{cause:?}") };
                    self.heard.error = Some(error);
                    self.is_over = true;
                }
                _ => {}
            }
        }
    }

    fn tell(
        &mut self,
        socket: SocketId,
        awaited: Option<u32>,
        wants_ack: Option<u64>,
        content: &Content<Handle>,
        json: usize,
    ) {
        assert!(!self.is_over, "a stream that broke the protocol is over");
        assert_eq!(socket, SocketId(0));
        let attachments = content.text.attachments();
        assert_eq!(attachments.len(), content.attachments as usize);
        let text = String::from_utf16_lossy(&content.text.units()[json..]);
        self.heard.told.push(Told { awaited, wants_ack, text, attachments });
    }
}

const JSON: &str = r#"["e",{"_placeholder":true,"num":0}]"#;
const NOW: Instant = Instant(0.0);
/// The first transport of a manager.
const TRANSPORT: TransportId = TransportId(1);
