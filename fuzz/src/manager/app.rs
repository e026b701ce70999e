//! What the app emitted and is told: a story that it can follow.

use std::collections::BTreeMap;

use ferrio::payload::Content;
use ferrio::socketio::DropReason;
use ferrio::socketio::packet::{PacketType, decode};
use ferrio::socketio::{AckFailure, AckId, Manager, Outgoing, Output, SocketId, SocketState};

use crate::handle::{self, Handle};

/// The app's side.
#[derive(Debug, Default)]
pub struct App {
    sockets: Vec<Told>,
    /// Every emit, by the number of its text.
    emits: BTreeMap<usize, Emit>,
    /// The last emit that each session sent of each socket: one that says goodbye still sends beside the next one.
    last_sent: BTreeMap<(u32, u32), usize>,
    /// The number of the last emit.
    last: usize,
    /// The ids of acks that were asked for, latest first.
    pub asked: Vec<AckId>,
    /// Ack ids that the server asked for, latest first.
    pub wanted: Vec<AckId>,
    /// The questions for `auth` that are not answered.
    pub auth: Vec<(SocketId, u32)>,
    /// How many packets the app gave to the core, and may have given again.
    pub given: usize,
    /// How many events there are whose texts or acks the core may still keep.
    pub outstanding: usize,
}

/// What the app was told of a socket.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    connected: bool,
    connect: bool,
    attempt: u32,
    /// Until which number its emits have been handed to a session, which may be lost with all that it has not sent.
    handed: usize,
}

#[derive(Debug)]
struct Emit {
    socket: SocketId,
    attachments: u32,
    waits: bool,
    volatile: bool,
    retried: bool,
    sent: usize,
    settled: bool,
}

impl Emit {
    /// Whether the core may still keep its text or its ack.
    fn is_outstanding(&self) -> bool {
        !self.settled && (self.waits || self.retried || self.sent == 0 && !self.volatile)
    }
}

impl App {
    /// There is another socket.
    pub fn add_socket(&mut self, socket: SocketId) {
        self.sockets.resize(self.sockets.len().max(socket.0 as usize + 1), Told::default());
    }

    /// An emit, before the core sees it. Its token is the number of its text.
    pub fn note_emit(
        &mut self,
        socket: SocketId,
        content: &Content<Handle>,
        waits: bool,
        volatile: bool,
        retries: u32,
    ) {
        let retried = retries > 0 && !volatile;
        let (attachments, sent, settled) = (content.attachments, 0, false);
        let emit = Emit { socket, attachments, waits, volatile, retried, sent, settled };
        self.outstanding += usize::from(emit.is_outstanding());
        self.last = content.text.number();
        self.emits.insert(content.text.number(), emit);
        self.given += (1 + attachments as usize) * (1 + retries as usize);
    }

    /// The core has no room for an emit.
    pub fn note_refused(&mut self, number: usize) {
        let socket = self.emits[&number].socket;
        self.end(socket, number);
    }

    /// What a socket has not sent is given up, and nobody is told but those who wait for acks.
    pub fn note_clear(&mut self, socket: SocketId) {
        if let Some(told) = self.sockets.get_mut(socket.0 as usize) {
            told.handed = if told.connected { usize::MAX } else { self.last };
        }
    }

    /// A packet goes over a transport; `number` is that of its content.
    pub fn note_sent(&mut self, session: u32, packet: &Outgoing<()>, number: Option<usize>) {
        let (Some(PacketType::Event), Some(number)) = (packet.kind, number) else {
            return;
        };
        let emit = self.emits.get_mut(&number).expect("only what was emitted is sent");
        assert_eq!((packet.socket, packet.attachments), (emit.socket, emit.attachments));
        assert_eq!(packet.ack.is_some(), emit.waits || emit.retried);
        let was = emit.is_outstanding();
        emit.sent += 1;
        self.outstanding -= usize::from(was && !emit.is_outstanding());
        if !emit.retried {
            assert_eq!(emit.sent, 1, "an event without retries is sent once");
            let last = self.last_sent.insert((session, packet.socket.0), number);
            assert!(Some(number) > last, "events leave in the order of their emits");
        }
        self.asked.splice(0..0, packet.ack);
        self.asked.truncate(4);
    }

    /// Hears an output.
    pub fn hear(&mut self, output: &Output<Handle>, manager: &Manager<Handle>) {
        match output {
            Output::AuthWanted { socket, attempt } => {
                let told = &mut self.sockets[socket.0 as usize];
                assert!(*attempt > told.attempt, "an earlier question is asked again");
                told.attempt = *attempt;
                self.auth.retain(|(other, _)| other != socket);
                self.auth.push((*socket, *attempt));
            }
            Output::Connected { socket, frame, json, .. } => {
                let told = &mut self.sockets[socket.0 as usize];
                assert!(!told.connected, "connected twice");
                (told.connected, told.connect) = (true, false);
                told.handed = usize::MAX;
                assert!(*json <= frame.units().len());
            }
            Output::Connect(socket) => {
                let told = &mut self.sockets[socket.0 as usize];
                assert!(told.connected && !told.connect, "`connect` once for each connection");
                told.connect = true;
            }
            Output::Disconnected { socket, .. } => {
                let told = &mut self.sockets[socket.0 as usize];
                told.connected = false;
                told.handed = told.handed.min(self.last);
            }
            Output::Event { socket, content, json, ack } => {
                assert!(self.sockets[socket.0 as usize].connected, "an event for a socket that is not connected");
                let header = check_content(content, *json, *socket, manager);
                assert_eq!((header.0, header.1), (PacketType::Event, *ack));
                self.wanted.splice(0..0, *ack);
                self.wanted.truncate(4);
            }
            Output::Ack { socket, token, content, json } => {
                let header = check_content(content, *json, *socket, manager);
                assert_eq!(header.0, PacketType::Ack);
                self.settle(*socket, *token as usize, None);
            }
            Output::Dropped { socket, token, content, reason, .. } => {
                if *reason != DropReason::AckTooLarge {
                    let number = content.number();
                    assert_eq!(token.is_some(), self.emits[&number].waits);
                    self.end(*socket, number);
                }
            }
            Output::AckFailed { socket, token, failure } => self.settle(*socket, *token as usize, Some(*failure)),
            Output::Transport(_)
            | Output::ReadHandshake { .. }
            | Output::ReadConnect { .. }
            | Output::Engine(_)
            | Output::Handshake { .. }
            | Output::EngineClosed(_)
            | Output::Ping
            | Output::Upgrading(_)
            | Output::Upgraded(_)
            | Output::UpgradeFailed(_)
            | Output::Cause(_)
            | Output::Opened
            | Output::Closed(_)
            | Output::Error
            | Output::Waiting { .. }
            | Output::ReconnectAttempt(_)
            | Output::Reconnected(_)
            | Output::ReconnectError
            | Output::ReconnectFailed
            | Output::ConnectError { .. } => {}
        }
    }

    /// With no output left, the app knows where every socket stands.
    pub fn check_states(&self, manager: &Manager<Handle>) {
        for (number, told) in self.sockets.iter().enumerate() {
            let state = manager.socket_state(SocketId(number as u32));
            assert_eq!(told.connected, state == SocketState::Connected, "socket {number}");
            assert!(!told.connected || told.connect, "socket {number} is connected, and its app was not told");
        }
    }

    /// The core keeps what it will still need, and nothing else: the text of an event until it is sent, with retries until it
    /// is acknowledged. `at_rest`: no packet waits for a transport.
    pub fn check_kept(&self, at_rest: bool) {
        for (number, emit) in &self.emits {
            let handles = handle::handles_to(*number);
            if emit.retried {
                assert!(handles <= 1 || !at_rest, "an event that is sent again is kept once");
                assert!(handles == 0 || !(at_rest && emit.waits && emit.settled), "an event that is settled is kept");
                assert!(emit.settled || handles >= 1 || !emit.waits, "an event that is to be sent again is lost");
            } else if emit.volatile || emit.settled || emit.sent > 0 {
                assert!(handles == 0 || !at_rest, "an event that is sent, settled or volatile is kept");
            } else {
                let was_handed = *number <= self.sockets[emit.socket.0 as usize].handed;
                assert!(
                    handles == 1 || was_handed && handles == 0,
                    "an event that waits is lost, or kept {handles} times"
                );
            }
        }
    }

    /// How often an event was sent, and whether its ack was settled.
    #[must_use]
    pub fn fate(&self, number: usize) -> (usize, bool) {
        let emit = &self.emits[&number];
        (emit.sent, emit.settled)
    }

    fn settle(&mut self, socket: SocketId, number: usize, failure: Option<AckFailure>) {
        let emit = &self.emits[&number];
        assert!(emit.waits);
        let was_handed = number <= self.sockets[socket.0 as usize].handed;
        assert!(failure.is_some() || emit.sent > 0 || was_handed, "an ack for what was never sent");
        self.end(socket, number);
    }

    fn end(&mut self, socket: SocketId, number: usize) {
        let emit = self.emits.get_mut(&number).expect("an event that was emitted");
        assert!(emit.socket == socket);
        assert!(!emit.settled, "an event or its ack is settled once");
        let was = emit.is_outstanding();
        emit.settled = true;
        self.outstanding -= usize::from(was);
    }
}

/// What the app is given is what was received.
fn check_content(
    content: &Content<Handle>,
    json: usize,
    socket: SocketId,
    manager: &Manager<Handle>,
) -> (PacketType, Option<AckId>) {
    let frame = content.text.units();
    let header = decode(&frame, 1, frame.len());
    let attachments = content.text.attachments().len();
    assert_eq!(attachments, content.attachments as usize);
    let Ok(header) = header else {
        // A text that begins with `{` or `"` is no array, which only the app's side sees.
        assert!(frame.get(json) != Some(&0x5B) && attachments == 0 || frame[1] >= 0x35);
        return (if matches!(frame[1], 0x32 | 0x35) { PacketType::Event } else { PacketType::Ack }, None);
    };
    assert_eq!((header.json, header.attachments as usize), (json, attachments));
    let namespace = &frame[header.namespace];
    assert_eq!(manager.namespace(socket), if namespace.is_empty() { &[0x2F] } else { namespace });
    (header.kind, header.ack)
}
