//! The host, as docs/ARCHITECTURE.md describes it: hands in what happens, carries out what comes, in order. A listener may call
//! back in at every output; the loop that runs does the rest.

use std::collections::VecDeque;
use std::sync::LazyLock;

use ferrio::config::{ManagerConfig, TransportKind};
use ferrio::engineio::{Command, TransportId, handshake};
use ferrio::error::{DisconnectReason, ProtocolError};
use ferrio::payload::{Content, Payload};
use ferrio::socketio::packet;
use ferrio::socketio::{DropReason, EmitOptions, Joined, Manager, Output, SocketId};
use ferrio::time::Instant;
use ferrio::timer::TimerKind;

use super::app::App;
use super::bounds::{self, Peaks};
use super::operation::{self, Call};
use super::wire::{Sent, Wire};
use super::{frame, options};
use crate::handle::{self, Handle, Origin};
use crate::input::Input;
use crate::meter;
use crate::text::{units, utf8_len};

/// A manager and all that is around it.
pub struct World {
    pub manager: Manager<Handle>,
    pub wire: Wire,
    pub app: App,
    pub peaks: Peaks,
    pub now: f64,
    /// How many sockets there are.
    pub sockets: usize,
    /// What listeners will do, one call at each output for the app.
    pub listeners: VecDeque<Call>,
    /// Whether `auth` is answered at once.
    pub answers_auth: bool,
    /// Whether some deadline may be over at once.
    pub zeros: bool,
    /// When the page or the network last said something.
    pub woke: f64,
    /// How many events were larger than the server takes.
    pub refused: usize,
    /// How many inputs there were.
    pub inputs: usize,
    turn_wanted: bool,
    /// The most packets that the session in use had to send.
    queued: usize,
    is_opening: bool,
    is_open: bool,
    /// How many calls listeners made.
    called: usize,
    running: bool,
    /// The `pid` that each socket was given last.
    pids: Vec<Option<String>>,
}

impl World {
    /// A closed manager with some sockets.
    pub fn new(config: ManagerConfig, input: &mut Input<'_>) -> World {
        let zeros = options::has_zeros(&config);
        let mut peaks = Peaks::default();
        peaks.note_early_events(config.max_early_events);
        let mut world = World {
            manager: meter::inside(|| Manager::new(config, input.long() as u32)),
            wire: Wire::default(),
            app: App::default(),
            peaks,
            now: 1_000.0,
            sockets: 0,
            listeners: VecDeque::new(),
            answers_auth: !input.once_in(4),
            zeros,
            woke: f64::NEG_INFINITY,
            refused: 0,
            inputs: 0,
            turn_wanted: false,
            queued: 0,
            is_opening: false,
            is_open: false,
            called: 0,
            running: false,
            pids: Vec::new(),
        };
        world.add_socket(0);
        world
    }

    /// The socket of a namespace.
    pub fn add_socket(&mut self, namespace: usize) -> SocketId {
        let namespace: Vec<u16> = frame::namespace(namespace).encode_utf16().collect();
        let socket = meter::inside(|| self.manager.socket(&namespace));
        assert!(socket.0 as usize <= self.sockets);
        if socket.0 as usize == self.sockets {
            self.sockets += 1;
            self.peaks.note_socket(2 * namespace.len());
        }
        self.pids.resize(self.sockets, None);
        self.app.add_socket(socket);
        socket
    }

    /// Changes options.
    pub fn configure(&mut self, change: impl FnOnce(&mut ManagerConfig)) {
        let config = self.manager.config_mut();
        change(config);
        self.zeros |= options::has_zeros(config);
        self.peaks.note_early_events(config.max_early_events);
    }

    /// The app emits; returns the number of the text, which is also the token of its ack.
    pub fn emit(&mut self, socket: SocketId, attachments: usize, mut options: EmitOptions, waits: bool) -> usize {
        let text = units("[\"é\",1]".as_bytes());
        let mut content = Content::text(Handle::text(text.clone(), utf8_len(&text), Origin::App));
        for nth in 0..attachments {
            content.text.attach(Handle::binary(nth * 7, Origin::App));
            content.attachments += 1;
        }
        let number = content.text.number();
        options.ack = waits.then_some(number as u32);
        let config = self.manager.socket_config_mut(socket).map(|config| (config.retries, config.ack_timeout));
        let (retries, ack_timeout) = config.unwrap_or_default();
        // Each try is over as soon as it is made.
        self.zeros |= retries > 0 && (options.timeout == 0.0 || ack_timeout == 0.0);
        if (socket.0 as usize) < self.sockets {
            self.app.note_emit(socket, &content, waits, options.volatile, retries);
        }
        let mut kept = true;
        self.input("emit", |manager, now| kept = manager.emit(socket, content, options, now));
        if !kept {
            self.app.note_refused(number);
        }
        number
    }

    /// Hands in a text frame, with the code units before its JSON.
    pub fn frame(&mut self, transport: TransportId, text: Vec<u16>) {
        let length = text.len();
        trace(|| format!("#{}: {:?}", transport.0, String::from_utf16_lossy(&text)));
        if let Some(transport) = self.wire.transports.get_mut(&transport.0) {
            transport.is_answered |= text == units(b"3probe");
        }
        let header = packet::header(&text).to_vec();
        let frame = Handle::text(text, length, Origin::Server);
        self.input("handle_frame", |manager, now| manager.handle_frame(transport, &header, length, frame, now));
    }

    /// The GET on its way is over.
    pub fn polled(&mut self, transport: TransportId) {
        if let Some(transport) = self.wire.transports.get_mut(&transport.0) {
            transport.get = false;
        }
        self.input("handle_polled", |manager, now| manager.handle_polled(transport, now));
    }

    /// The POST on its way is over.
    pub fn drained(&mut self, transport: TransportId) {
        if let Some(transport) = self.wire.transports.get_mut(&transport.0) {
            transport.post = false;
        }
        self.input("handle_drained", |manager, now| manager.handle_drained(transport, now));
    }

    /// A transport that connects is connected.
    pub fn opened(&mut self, transport: TransportId) {
        if let Some(transport) = self.wire.transports.get_mut(&transport.0) {
            transport.opened = true;
        }
        self.input("handle_opened", |manager, now| manager.handle_opened(transport, now));
    }

    /// A transport is lost.
    pub fn lost(&mut self, transport: TransportId, reason: DisconnectReason) {
        let detail = Handle::text(Vec::new(), 0, Origin::App);
        self.input("handle_lost", |manager, now| manager.handle_lost(transport, reason, Some(detail), now));
    }

    /// The end of a turn, if the core asked for it.
    pub fn end_turn(&mut self) {
        for _ in 0..10 {
            if !std::mem::take(&mut self.turn_wanted) {
                return;
            }
            self.input("handle_turn", Manager::handle_turn);
        }
        panic!("turns without an end");
    }

    /// Time passes until `at` without a timer: the machine sleeps, or the page is throttled.
    pub fn sleep(&mut self, millis: f64) {
        self.now = (self.now + millis).min(END_OF_TIME);
    }

    /// Lets time pass until the timer's deadline, and fires it; false if it is not armed or later than `until`.
    pub fn fire(&mut self, until: f64) -> bool {
        let Some((at, _)) = self.timeout().filter(|(at, _)| at.0 <= until) else {
            return false;
        };
        self.now = self.now.max(at.0);
        let called = self.called;
        for _ in 0..FIRES_AT_ONCE {
            self.input("handle_timeout", Manager::handle_timeout);
            self.end_turn();
            if !self.timeout().is_some_and(|(at, _)| at.is_over(Instant(self.now))) {
                return true;
            }
        }
        assert!(
            self.zeros || self.called > called,
            "the timer is over again and again: {:?} at {}",
            self.timeout(),
            self.now
        );
        true
    }

    /// Whether an engine is being opened.
    #[must_use]
    pub fn is_opening(&self) -> bool {
        self.is_opening
    }

    /// When the timer is to ring.
    #[must_use]
    pub fn timeout(&self) -> Option<(Instant, TimerKind)> {
        self.manager.poll_timeout()
    }

    /// The goodbye, after which nothing is left.
    pub fn end(mut self) {
        self.listeners.clear();
        for socket in 0..self.sockets {
            self.leave("disconnect", |manager, now| manager.disconnect(SocketId(socket as u32), now));
        }
        self.leave("close", Manager::close);
        self.end_turn();
        for _ in 0..10_000 {
            if !self.fire(END_OF_TIME) {
                break;
            }
        }
        assert_eq!(self.timeout(), None, "a manager at rest arms no timer");
        assert!(self.wire.transports.is_empty(), "left open: {:?}", self.wire.transports);
        assert_eq!(self.manager.queue_len(), 0);
        self.app.check_kept(true);
        assert_eq!(handle::received(), 0, "frames are kept");
        let World { manager, .. } = self;
        meter::inside(|| drop(manager));
        assert_eq!(handle::living(), 0, "handles are lost");
        assert_eq!(meter::kept(), 0, "bytes are lost");
    }

    /// An input after which a session may say goodbye, which is a packet.
    pub fn leave(&mut self, name: &str, call: impl FnOnce(&mut Manager<Handle>, Instant)) {
        self.app.given += 1;
        self.input(name, call);
    }

    /// One input, then every output: the host's loop.
    pub fn input(&mut self, name: &str, call: impl FnOnce(&mut Manager<Handle>, Instant)) {
        let now = Instant(self.now);
        trace(|| format!("{} {name}", self.now));
        self.queued = self.queued.max(self.manager.queue_len());
        meter::inside(|| call(&mut self.manager, now));
        self.inputs += 1;
        if self.running {
            return;
        }
        self.running = true;
        let waiting = self.app.outstanding + self.manager.queue_len() + handle::received();
        let mut outputs = 0;
        let mut calls = 0;
        while let Some(output) = meter::inside(|| self.manager.poll_output()) {
            outputs += 1;
            calls += usize::from(self.carry_out(output));
            let may_be = 40 + (1 + calls) * (40 + 16 * self.sockets) + 6 * (1 + calls) * waiting;
            self.peaks.note_outputs(outputs, may_be);
        }
        self.running = false;
        if let Some((at, _)) = self.timeout() {
            assert!(at.0.is_finite(), "a timer at {at:?}");
        }
        self.app.check_states(&self.manager);
        assert!(!self.is_open || self.wire.listens(), "no GET is on its way, and none will be: {:?}", self.wire);
        bounds::check(self);
    }

    /// Returns whether a listener or an answer called back in.
    fn carry_out(&mut self, output: Output<Handle>) -> bool {
        trace(|| format!("    {output:?}"));
        self.app.hear(&output, &self.manager);
        match &output {
            Output::Engine(_) => self.is_opening = true,
            Output::Opened => (self.is_opening, self.is_open) = (false, true),
            Output::EngineClosed(_) | Output::Closed(_) => {
                (self.is_opening, self.is_open) = (false, false);
                self.peaks.note_goodbye(std::mem::take(&mut self.queued) + self.sockets + 1);
            }
            _ => {}
        }
        if let Output::Dropped { reason: DropReason::TooLarge | DropReason::AckTooLarge, size, .. } = &output {
            // An attachment may be too large as base64 only.
            let takes = self.wire.least_payload.expect("a server said so");
            assert!(1 + size.div_ceil(3) * 4 > takes, "{size} bytes are not too many");
            self.refused += 1;
        }
        match output {
            Output::Transport(Command::Defer) => self.turn_wanted = true,
            Output::Transport(command) => {
                if let Some((session, Sent::Message(packet, number))) = self.wire.execute(command, &self.manager) {
                    self.app.note_sent(session, &packet, number);
                }
            }
            Output::ReadHandshake { transport, frame } => {
                let read = handshake::decode(&frame.units()[1..]);
                self.input("handle_handshake", |manager, now| manager.handle_handshake(transport, frame, read, now));
            }
            Output::ReadConnect { socket, frame, json } => self.read_connect(socket, frame, json),
            Output::AuthWanted { socket, attempt } if self.answers_auth => {
                self.app.given += 1;
                self.input("authorize", |manager, now| manager.authorize(socket, attempt, None, now));
            }
            Output::Handshake { transport, frame } => {
                let read = handshake::decode(&frame.units()[1..]).expect("it was accepted");
                self.wire.note_handshake(transport, read.max_payload);
            }
            Output::Waiting { delay, .. } => self.check_delay(delay),
            Output::ReconnectAttempt(_) => {
                if let Some(call) = self.listeners.pop_front() {
                    self.called += 1;
                    operation::call(self, call);
                }
                self.input("handle_attempt", |manager, now| manager.handle_attempt(now));
            }
            _ => {
                let Some(call) = self.listeners.pop_front() else {
                    return false;
                };
                self.called += 1;
                operation::call(self, call);
                return true;
            }
        }
        true
    }

    fn read_connect(&mut self, socket: SocketId, frame: Handle, json: usize) {
        let text = String::from_utf16_lossy(&frame.units()[json..]);
        let text = if text.is_empty() { "{}" } else { &text };
        let joined = match serde_json::from_str::<serde_json::Value>(text) {
            Ok(serde_json::Value::Object(members)) => {
                let member =
                    |name: &str| members.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
                let pid = member("pid");
                let last = &mut self.pids[socket.0 as usize];
                let same_pid = pid.is_some() && pid == *last;
                *last = pid;
                Ok(Joined { sid: member("sid").is_some(), same_pid })
            }
            _ => Err(ProtocolError::BadPayload),
        };
        self.input("handle_connect", |manager, now| manager.handle_connect(socket, frame, json, joined, now));
    }

    /// No attempt begins earlier than the options say.
    fn check_delay(&mut self, delay: f64) {
        let config = self.manager.config_mut();
        let woke = self.now - self.woke < config.stable_after;
        let least = if woke { 0.0 } else { 1.0 }
            * config.reconnection_delay.min(config.reconnection_delay_max)
            * (1.0 - config.randomization_factor.min(1.0));
        let most = config.reconnection_delay_max;
        assert!(delay >= least - 1e-6 && delay <= most + 1e-6, "{delay} is not in {least}..{most}");
    }
}

/// Tells what happens, in order, where somebody wants to read it: with `FUZZ_TRACE=1`.
fn trace(line: impl FnOnce() -> String) {
    static WANTED: LazyLock<bool> = LazyLock::new(|| std::env::var_os("FUZZ_TRACE").is_some());
    if *WANTED {
        eprintln!("{}", line());
    }
}

/// The kind of a transport that is connected, or needs no connection.
#[must_use]
pub fn hears(world: &World, transport: TransportId) -> bool {
    world.wire.transports.get(&transport.0).is_none_or(|transport| match transport.kind {
        TransportKind::Polling => transport.get,
        TransportKind::WebSocket | TransportKind::WebTransport => transport.opened,
    })
}

/// Milliseconds: beyond it a millisecond more would be rounded away.
pub const END_OF_TIME: f64 = 1e15;
/// A timer may be over again at once, when one deadline sets another; not more often than there are steps.
const FIRES_AT_ONCE: usize = 12;
