//! A manager, its host and a scripted server on a virtual clock.
//!
//! A test brings the scenario to a state with one call (`connected()`, `probing()`, …), then plays the app (`emit`,
//! `disconnect`, …) and the server (`answer`, `push`, `lose`, …), and states with `expect` every line that followed. A turn of
//! the event loop ends wherever the test looks, lets time pass or lets the server speak.

use std::collections::BTreeMap;

use ferrio::config::{ManagerConfig, SocketConfig, TransportKind, TransportList};
use ferrio::engineio::{Command, TransportId};
use ferrio::error::DisconnectReason;
use ferrio::payload::{Content, Payload};
use ferrio::socketio::packet;
use ferrio::socketio::{AckToken, EmitOptions, Manager, NetworkChange, Output, SocketId};
use ferrio::time::Instant;

use super::data::Data;
use super::reading;
use super::trace;
use super::wire::Wire;

/// The socket of `/`, which every scenario has.
pub const ROOT: SocketId = SocketId(0);

pub struct Scenario {
    pub manager: Manager<Data>,
    pub wire: Wire,
    /// Whether the app answers `AuthWanted` at once with nothing. Otherwise it is a line, and the test answers.
    pub answers_auth: bool,
    /// Whether the app has nothing to change when an attempt is told. Otherwise the test answers.
    pub answers_attempts: bool,
    /// The `pid` that each socket was given last.
    pids: BTreeMap<u32, String>,
    now: f64,
    deferred: bool,
    lines: Vec<String>,
}

/// What the server says first.
#[derive(Clone)]
pub struct Hello {
    pub upgrades: &'static str,
    pub ping_interval: u32,
    pub ping_timeout: u32,
    pub max_payload: Option<usize>,
}

impl Default for Hello {
    fn default() -> Hello {
        Hello { upgrades: "", ping_interval: 25_000, ping_timeout: 20_000, max_payload: Some(1_000_000) }
    }
}

impl Hello {
    /// A server that offers websocket.
    pub fn upgradable() -> Hello {
        Hello { upgrades: r#""websocket""#, ..Hello::default() }
    }

    fn text(&self) -> String {
        let Hello { upgrades, ping_interval, ping_timeout, max_payload } = self;
        let max = max_payload.map_or(String::new(), |max| format!(r#","maxPayload":{max}"#));
        format!(
            r#"0{{"sid":"e","upgrades":[{upgrades}],"pingInterval":{ping_interval},"pingTimeout":{ping_timeout}{max}}}"#
        )
    }
}

/// Ways to a state.
impl Scenario {
    /// A closed manager with the socket of `/`. Delays have no jitter unless a test asks for it.
    pub fn new() -> Scenario {
        Scenario::configured(|_| {})
    }

    pub fn configured(configure: impl FnOnce(&mut ManagerConfig)) -> Scenario {
        let mut config = ManagerConfig { randomization_factor: 0.0, ..ManagerConfig::default() };
        config.engine.transports = TransportList::new(&[TransportKind::Polling, TransportKind::WebSocket]);
        configure(&mut config);
        let mut scenario = Scenario {
            manager: Manager::new(config, 1),
            wire: Wire::default(),
            answers_auth: true,
            answers_attempts: true,
            pids: BTreeMap::new(),
            now: 1_000.0,
            deferred: false,
            lines: Vec::new(),
        };
        assert_eq!(scenario.socket("/"), ROOT);
        scenario
    }

    /// A manager that begins with `kind`.
    pub fn starting_with(kind: TransportKind) -> Scenario {
        Scenario::configured(|config| config.engine.transports = config.engine.transports.starting_with(kind))
    }

    pub fn with_socket_config(mut self, configure: impl FnOnce(&mut SocketConfig)) -> Scenario {
        configure(self.manager.socket_config_mut(ROOT).expect("the socket of / exists"));
        self
    }

    /// The engine is being opened for the socket of `/`.
    pub fn opening(mut self) -> Scenario {
        self.connect(ROOT);
        self.forget()
    }

    /// A server that offers the upgrade has answered at once; CONNECT was posted.
    pub fn near(self) -> Scenario {
        let mut scenario = self.opening();
        scenario.say_hello_at_once(&Hello::upgradable());
        scenario.end_turn();
        scenario.drain();
        scenario.forget()
    }

    /// `/` is joined over the first transport; the server offers no upgrade.
    pub fn connected(self) -> Scenario {
        self.connected_to(&Hello::default())
    }

    pub fn connected_to(self, hello: &Hello) -> Scenario {
        let mut scenario = self.opening();
        scenario.say_hello(hello);
        scenario.end_turn();
        if scenario.is_posting() {
            scenario.drain();
        }
        scenario.receive(r#"40{"sid":"s"}"#);
        scenario.forget()
    }

    /// `/` is joined over this transport.
    pub fn connected_over(kind: TransportKind) -> Scenario {
        Scenario::starting_with(kind).connected()
    }

    /// Joined over polling, and `2probe` was sent over websocket. A GET is on its way.
    pub fn probing(self) -> Scenario {
        let mut scenario = self.connected_to(&Hello::upgradable());
        scenario.open_websocket();
        scenario.forget()
    }

    /// As `probing`, and the probe was answered.
    pub fn pausing(self) -> Scenario {
        let mut scenario = self.probing();
        scenario.push("3probe");
        scenario.forget()
    }

    /// As `pausing`, and the upgrade is done.
    pub fn upgraded(self) -> Scenario {
        let mut scenario = self.pausing();
        scenario.answer(&["6"]);
        scenario.forget()
    }

    /// The first attempt to open failed, the next one waits.
    pub fn waiting(self) -> Scenario {
        let mut scenario = self.opening();
        scenario.lose("refused");
        scenario.forget()
    }
}

/// The app.
impl Scenario {
    pub fn socket(&mut self, namespace: &str) -> SocketId {
        let units: Vec<u16> = namespace.encode_utf16().collect();
        self.manager.socket(&units)
    }

    pub fn connect(&mut self, socket: SocketId) {
        self.input(|manager, now| manager.connect(socket, now));
    }

    pub fn disconnect(&mut self, socket: SocketId) {
        self.input(|manager, now| manager.disconnect(socket, now));
    }

    pub fn open(&mut self, reconnect: bool) {
        self.input(|manager, now| manager.open(reconnect, now));
    }

    pub fn close(&mut self) {
        self.input(|manager, now| manager.close(now));
    }

    pub fn close_engine(&mut self) {
        self.input(|manager, now| manager.close_engine(now));
    }

    pub fn authorize(&mut self, socket: SocketId, attempt: u32, auth: Option<&str>) {
        self.input(|manager, now| manager.authorize(socket, attempt, auth.map(Data::text), now));
    }

    pub fn fail_auth(&mut self, socket: SocketId, attempt: u32, error: &str) {
        self.input(|manager, now| manager.fail_auth(socket, attempt, Some(Data::text(error)), now));
    }

    /// Emits on `/` with default options.
    pub fn emit(&mut self, json: &str) {
        self.emit_with(ROOT, json, &[], EmitOptions::default());
    }

    /// Emits on `/`, and waits for an ack with a handler that takes an error.
    pub fn emit_asking(&mut self, json: &str, token: AckToken, timeout: f64) {
        let options = EmitOptions { ack: Some(token), wants_error: true, timeout, ..EmitOptions::default() };
        self.emit_with(ROOT, json, &[], options);
    }

    pub fn emit_with(&mut self, socket: SocketId, json: &str, attachments: &[&[u8]], options: EmitOptions) {
        let content = content(json, attachments);
        let mut taken = true;
        self.input(|manager, now| taken = manager.emit(socket, content, options, now));
        if !taken {
            self.lines.push("refused".to_owned());
        }
    }

    pub fn acknowledge(&mut self, id: u64, json: &str, attachments: &[&[u8]]) {
        let content = content(json, attachments);
        self.input(|manager, now| manager.acknowledge(ROOT, id, content, now));
    }

    pub fn network(&mut self, change: NetworkChange) {
        self.end_turn();
        self.input(|manager, now| manager.handle_network(change, now));
    }

    /// The JSON of what waits for `/` to connect.
    pub fn buffered(&self) -> Vec<String> {
        self.manager.buffered(ROOT).map(Data::to_string).collect()
    }
}

/// The server and the network.
impl Scenario {
    /// Connects the youngest websocket.
    pub fn open_websocket(&mut self) {
        self.open_transport(TransportKind::WebSocket);
    }

    /// Connects the youngest transport of this kind.
    pub fn open_transport(&mut self, kind: TransportKind) {
        self.end_turn();
        let transport = self.latest(kind);
        self.wire.transports.get_mut(&transport.0).expect("it lives").opened = true;
        self.input(|manager, now| manager.handle_opened(transport, now));
    }

    /// The handshake, over whichever transport is being opened, from a server that is not near.
    pub fn say_hello(&mut self, hello: &Hello) {
        self.advance(26.0);
        self.say_hello_at_once(hello);
    }

    pub fn say_hello_at_once(&mut self, hello: &Hello) {
        let youngest = self.wire.transports.values().next_back().expect("a transport is being opened");
        if youngest.kind != TransportKind::Polling && !youngest.opened {
            self.open_transport(youngest.kind);
        }
        self.receive(&hello.text());
    }

    /// A packet over the youngest transport.
    pub fn receive(&mut self, frame: &str) {
        let youngest = self.wire.transports.values().next_back().expect("a transport is open");
        match youngest.kind {
            TransportKind::Polling => self.answer(&[frame]),
            TransportKind::WebSocket | TransportKind::WebTransport => self.push(frame),
        }
    }

    /// Answers the GET on its way with these packets.
    pub fn answer(&mut self, packets: &[&str]) {
        self.end_turn();
        let transport = self.latest(TransportKind::Polling);
        assert!(self.wire.transports[&transport.0].get, "no GET is on its way");
        for packet in packets {
            self.frame(transport, packet);
        }
        if let Some(transport) = self.wire.transports.get_mut(&transport.0) {
            transport.get = false;
        }
        self.input(|manager, now| manager.handle_polled(transport, now));
        self.end_turn();
    }

    /// Answers the POST on its way; of several sessions', the oldest.
    pub fn drain(&mut self) {
        self.end_turn();
        let mut posting = self.wire.transports.iter_mut().filter(|(_, transport)| transport.post);
        let (id, transport) = posting.next().expect("a POST is on its way");
        transport.post = false;
        let transport = TransportId(*id);
        self.input(|manager, now| manager.handle_drained(transport, now));
        self.end_turn();
    }

    /// Whether a POST is on its way.
    pub fn is_posting(&self) -> bool {
        self.wire.transports.values().any(|transport| transport.post)
    }

    /// A text frame over the youngest transport with frames.
    pub fn push(&mut self, frame: &str) {
        self.end_turn();
        self.frame(self.latest_with_frames(), frame);
    }

    /// A binary frame over the youngest transport with frames.
    pub fn push_binary(&mut self, bytes: &[u8]) {
        self.end_turn();
        let transport = self.latest_with_frames();
        self.input(|manager, now| manager.handle_binary(transport, bytes.len(), Data::Binary(bytes.to_vec()), now));
    }

    /// The youngest transport fails.
    pub fn lose(&mut self, detail: &str) {
        let youngest = *self.wire.transports.keys().next_back().expect("a transport is open");
        self.lose_transport(TransportId(youngest), DisconnectReason::TransportError, Some(detail));
    }

    pub fn lose_transport(&mut self, transport: TransportId, reason: DisconnectReason, detail: Option<&str>) {
        self.end_turn();
        self.input(|manager, now| manager.handle_lost(transport, reason, detail.map(Data::text), now));
    }

    /// One text frame, handed over as hosts do: with the code units before the JSON.
    pub fn frame(&mut self, transport: TransportId, text: &str) {
        let units: Vec<u16> = text.encode_utf16().collect();
        let header = packet::header(&units);
        let frame = Data::text(text);
        self.input(|manager, now| manager.handle_frame(transport, header, units.len(), frame, now));
    }

    fn latest_with_frames(&self) -> TransportId {
        let mut transports = self.wire.transports.iter().rev();
        let found = transports.find(|(_, transport)| transport.kind != TransportKind::Polling);
        TransportId(*found.expect("a transport with frames is open").0)
    }

    pub fn latest(&self, kind: TransportKind) -> TransportId {
        self.wire.latest(kind).unwrap_or_else(|| panic!("no {kind:?} is open"))
    }
}

/// The clock.
impl Scenario {
    /// Lets time pass; the timer fires whenever it is due.
    pub fn advance(&mut self, millis: f64) {
        self.advance_to(self.now + millis);
    }

    pub fn advance_to(&mut self, end: f64) {
        self.end_turn();
        for _ in 0..100_000 {
            let Some((Instant(at), _)) = self.manager.poll_timeout().filter(|(at, _)| at.is_over(Instant(end))) else {
                self.now = end;
                return;
            };
            self.now = self.now.max(at);
            self.input(|manager, now| manager.handle_timeout(now));
            self.end_turn();
        }
        panic!("the timer spins");
    }

    /// Lets time pass while no timer can fire: the machine sleeps, or the page is throttled.
    pub fn sleep(&mut self, millis: f64) {
        self.end_turn();
        self.now += millis;
    }

    /// In how many milliseconds the timer fires.
    pub fn timer(&self) -> Option<f64> {
        self.manager.poll_timeout().map(|(at, _)| at.since(Instant(self.now)))
    }
}

/// What came of it.
impl Scenario {
    /// States every line since the last look, in order.
    #[track_caller]
    pub fn expect(&mut self, expected: &[&str]) {
        let lines = self.take();
        assert!(lines == expected, "got\n  {}\nexpected\n  {}\n", lines.join("\n  "), expected.join("\n  "));
    }

    /// The lines since the last look.
    pub fn take(&mut self) -> Vec<String> {
        self.end_turn();
        std::mem::take(&mut self.lines)
    }

    /// Drops the lines so far: they only led to the state that a test is about.
    pub fn forget(mut self) -> Scenario {
        self.take();
        self
    }

    /// The loop's end of turn, if the core asked for it.
    pub fn end_turn(&mut self) {
        while std::mem::take(&mut self.deferred) {
            self.input(|manager, now| manager.handle_turn(now));
        }
    }

    /// One input, then every output: the host's loop.
    pub fn input(&mut self, input: impl FnOnce(&mut Manager<Data>, Instant)) {
        let now = Instant(self.now);
        input(&mut self.manager, now);
        while let Some(output) = self.manager.poll_output() {
            match output {
                Output::Transport(Command::Defer) => self.deferred = true,
                Output::Transport(command) => self.lines.extend(self.wire.execute(command, &self.manager)),
                Output::ReadHandshake { transport, frame } => {
                    let handshake = reading::handshake(&frame);
                    self.manager.handle_handshake(transport, frame, handshake, now);
                }
                Output::ReadConnect { socket, frame, json } => {
                    let last_pid = self.pids.get(&socket.0).map(String::as_str);
                    let joined = reading::joined(&frame.cut_at(json), last_pid);
                    self.manager.handle_connect(socket, frame, json, joined, now);
                }
                Output::AuthWanted { socket, attempt } if self.answers_auth => {
                    self.manager.authorize(socket, attempt, None, now);
                }
                output => {
                    self.note(&output);
                    self.lines.push(trace::line(&output, &self.manager));
                    if matches!(output, Output::ReconnectAttempt(_)) && self.answers_attempts {
                        self.manager.handle_attempt(now);
                    }
                }
            }
        }
    }
}

impl Scenario {
    /// What a host remembers of an output.
    fn note(&mut self, output: &Output<Data>) {
        match output {
            Output::Handshake { transport, frame } => self.wire.note_handshake(*transport, frame),
            Output::Connected { socket, frame, json, .. } => match reading::pid(&frame.cut_at(*json)) {
                Some(pid) => drop(self.pids.insert(socket.0, pid)),
                None => drop(self.pids.remove(&socket.0)),
            },
            _ => {}
        }
    }
}

fn content(json: &str, attachments: &[&[u8]]) -> Content<Data> {
    let mut content = Content::text(Data::text(json));
    for bytes in attachments {
        content.text.attach(Data::Binary(bytes.to_vec()));
        content.attachments += 1;
    }
    content
}
