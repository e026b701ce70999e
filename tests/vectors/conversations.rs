//! What a joined socket of `/` receives over websocket, and the events it tells: through the core, and through whatever else
//! can play the same frames.

use ferrio::config::{ManagerConfig, TransportKind, TransportList};
use ferrio::engineio::TransportId;
use ferrio::error::ErrorCode;
use ferrio::payload::Content;
use ferrio::socketio::{Manager, Output, packet};
use ferrio::time::Instant;
use serde_json::Value;

use crate::data::Data;
use crate::reading;
use crate::tables::{rows, table, text, units};

/// A frame that the server sends.
pub enum Frame {
    Text(String),
    Binary(Vec<u8>),
}

/// What was told.
#[derive(Debug, Default, PartialEq)]
pub struct Heard {
    pub events: Vec<Event>,
    /// The rule that was broken.
    pub error: Option<u64>,
}

#[derive(Debug, PartialEq)]
pub struct Event {
    pub json: String,
    pub ack: Option<u64>,
    pub attachments: Vec<Data>,
}

/// Plays every conversation to `play`, behind the handshake and the answer to CONNECT.
pub fn check(play: impl Fn(&[Frame]) -> Heard) {
    for row in rows(&table(include_str!("conversations.json"))) {
        let mut frames = vec![Frame::Text(HANDSHAKE.to_owned()), Frame::Text(r#"40{"sid":"s"}"#.to_owned())];
        frames.extend(rows(&row["frames"]).iter().map(|frame| match frame.as_str() {
            Some(text) => Frame::Text(text.to_owned()),
            None => Frame::Binary(bytes(frame)),
        }));
        let events = rows(&row["events"]).iter().map(expected_event).collect();
        assert_eq!(play(&frames), Heard { events, error: row["error"].as_u64() }, "{}", row["about"]);
    }
}

/// Plays a conversation to the core.
pub fn play_to_core(frames: &[Frame]) -> Heard {
    let now = Instant(0.0);
    let mut config = ManagerConfig::default();
    config.engine.transports = TransportList::new(&[TransportKind::WebSocket]);
    let mut manager = Manager::new(config, 1);
    let root = manager.socket(&units("/"));
    manager.connect(root, now);
    manager.handle_opened(TRANSPORT, now);
    let mut heard = Heard::default();
    for frame in frames {
        match frame {
            Frame::Text(text) => {
                let units = units(text);
                manager.handle_frame(TRANSPORT, packet::header(&units), units.len(), Data::text(text), now);
            }
            Frame::Binary(bytes) => manager.handle_binary(TRANSPORT, bytes.len(), Data::Binary(bytes.clone()), now),
        }
        hear(&mut manager, &mut heard);
    }
    heard
}

fn hear(manager: &mut Manager<Data>, heard: &mut Heard) {
    let now = Instant(0.0);
    while let Some(output) = manager.poll_output() {
        match output {
            Output::ReadHandshake { transport, frame } => {
                let handshake = reading::handshake(&frame);
                manager.handle_handshake(transport, frame, handshake, now);
            }
            Output::ReadConnect { socket, frame, json } => {
                let joined = reading::joined(&frame.cut_at(json), None);
                manager.handle_connect(socket, frame, json, joined, now);
            }
            Output::AuthWanted { socket, attempt } => manager.authorize(socket, attempt, None, now),
            Output::Event { content: Content { text, .. }, json, ack, .. } => {
                let attachments = text.attachments().to_vec();
                heard.events.push(Event { json: text.cut_at(json), ack, attachments });
            }
            Output::Cause(cause) => {
                heard.error = match cause.code {
                    ErrorCode::Protocol(rule) => Some(rule as u64),
                    other => panic!("{other:?}"),
                };
            }
            _ => {}
        }
    }
}

fn expected_event(event: &Value) -> Event {
    let attachments = event["attachments"].as_array().map_or(&[][..], |attachments| attachments);
    Event {
        json: text(&event["json"]).to_owned(),
        ack: event["ack"].as_u64(),
        attachments: attachments
            .iter()
            .map(|attachment| attachment.as_str().map_or_else(|| Data::Binary(bytes(attachment)), Data::text))
            .collect(),
    }
}

fn bytes(value: &Value) -> Vec<u8> {
    rows(value).iter().map(|byte| byte.as_u64().unwrap() as u8).collect()
}

const HANDSHAKE: &str = r#"0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;
/// The first transport of a manager.
const TRANSPORT: TransportId = TransportId(1);
