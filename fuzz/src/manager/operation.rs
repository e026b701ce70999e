//! Operations, read from the fuzzer's bytes: of the app, the page, the clock, the network, and a server that does as it likes.

use ferrio::config::TransportKind;
use ferrio::engineio::TransportId;
use ferrio::error::{DisconnectReason, ProtocolError};
use ferrio::payload::Content;
use ferrio::socketio::{EmitOptions, Joined, Manager, NetworkChange, SocketId};

use super::world::{World, hears};
use super::{frame, good_server, options};
use crate::handle::{Handle, Origin};
use crate::input::Input;

/// Plays operations until the bytes are used up.
pub fn play_all(world: &mut World, input: &mut Input<'_>) {
    let mut starts = Vec::new();
    while !input.is_empty() && world.inputs < MOST {
        starts.push(input.position());
        if input.byte() % KINDS != REPEAT {
            let mut again = input.part(starts[starts.len() - 1]..usize::MAX);
            play(world, &mut again);
            *input = again;
            continue;
        }
        // The last few operations again and again: what adds up shows.
        let (back, times) = (1 + input.below(12), 1 + input.below(100));
        let end = starts[starts.len() - 1];
        let start = starts[starts.len().saturating_sub(1 + back)];
        for _ in 0..times {
            let mut again = input.part(start..end);
            while !again.is_empty() && world.inputs < MOST {
                play(world, &mut again);
            }
        }
    }
}

/// What the app may do, also inside a listener.
#[derive(Clone, Copy, Debug)]
pub enum Call {
    /// Joins a namespace.
    Connect(SocketId),
    /// Leaves it.
    Disconnect(SocketId),
    /// Emits.
    Emit { socket: SocketId, attachments: usize, volatile: bool, waits: bool, wants_error: bool, timeout: f64 },
    /// Opens the manager.
    Open { reconnect: bool },
    /// Closes it.
    Close,
    /// Closes the engine.
    CloseEngine,
    /// Drops what a socket has not sent.
    Clear(SocketId),
}

/// Carries a call out.
pub fn call(world: &mut World, call: Call) {
    match call {
        Call::Connect(socket) => {
            world.app.given += 1;
            world.input("connect", |manager, now| manager.connect(socket, now));
        }
        Call::Disconnect(socket) => world.leave("disconnect", |manager, now| manager.disconnect(socket, now)),
        Call::Emit { socket, attachments, volatile, waits, wants_error, timeout } => {
            let options = EmitOptions { volatile, wants_error, timeout, ..EmitOptions::default() };
            world.emit(socket, attachments, options, waits);
        }
        Call::Open { reconnect } => world.input("open", |manager, now| manager.open(reconnect, now)),
        Call::Close => world.leave("close", Manager::close),
        Call::CloseEngine => world.leave("close_engine", Manager::close_engine),
        Call::Clear(socket) => {
            world.app.note_clear(socket);
            world.input("clear", |manager, now| manager.clear(socket, now));
        }
    }
}

fn play(world: &mut World, input: &mut Input<'_>) {
    let kind = input.byte() % KINDS;
    match kind {
        0..5 => {
            let next = read_call(world, input);
            call(world, next);
        }
        5 => {
            let later = read_call(world, input);
            world.listeners.push_back(later);
        }
        6 => acknowledge(world, input),
        7 => authorize(world, input),
        8 => join(world, input),
        9 => {
            let rule = ProtocolError::from_code(input.pick(&[5, 10, 19]));
            world.input("handle_malformed", |manager, now| manager.handle_malformed(rule, None, now));
        }
        10 | 11 => {
            let change = NetworkChange::from_number(input.below(7) as u32).expect("there are seven");
            world.woke = world.now;
            world.leave("handle_network", |manager, now| manager.handle_network(change, now));
        }
        12 => world.end_turn(),
        13 | 14 => {
            world.fire(f64::INFINITY);
        }
        15 => advance(world, input),
        16 => world.sleep(input.pick(&[1.0, 30.0, 600.0, 20_000.0, 3.6e6, 1e11, 0.125])),
        // Browsers fire timers late, and hosts may fire one that is not due.
        17 => world.input("handle_timeout", Manager::handle_timeout),
        18 => world.configure(|config| options::change(config, input)),
        19 => {
            let socket = socket(world, input);
            if let Some(config) = world.manager.socket_config_mut(socket) {
                options::socket(config, input);
            }
        }
        20 => {
            // The last one is too long to be joined.
            world.add_socket(input.below(frame::NAMESPACES - 1));
        }
        21 => opened(world, input),
        22 => hello(world, input),
        23 | 24 => answer(world, input),
        25 | 26 => send(world, input),
        27 => binary(world, input),
        28 => drained(world, input),
        29 => {
            let transport = world.wire.nth(input.below(6));
            let reason = input.pick(&[DisconnectReason::TransportError, DisconnectReason::TransportClose]);
            world.lost(transport, reason);
        }
        30..34 => {
            let slow_posts = kind == 33;
            good_server::step(world, slow_posts);
        }
        34 => storm(world, input),
        REPEAT.. => {}
    }
}

fn read_call(world: &World, input: &mut Input<'_>) -> Call {
    match input.below(16) {
        0..5 => Call::Connect(socket(world, input)),
        5 => Call::Disconnect(socket(world, input)),
        6 => Call::Open { reconnect: input.flag() },
        7 => Call::Close,
        8 => Call::CloseEngine,
        9 => Call::Clear(socket(world, input)),
        _ => {
            let socket = socket(world, input);
            let flags = input.byte();
            Call::Emit {
                socket,
                attachments: usize::from(flags & 3),
                volatile: flags & 0b1100 == 0b1100,
                waits: flags & 16 != 0,
                wants_error: flags & 32 != 0,
                timeout: [f64::INFINITY, f64::INFINITY, 0.0, 300.0][usize::from(flags >> 6)],
            }
        }
    }
}

/// One that exists, or nearly.
fn socket(world: &World, input: &mut Input<'_>) -> SocketId {
    SocketId(input.below(world.sockets + 1) as u32)
}

fn acknowledge(world: &mut World, input: &mut Input<'_>) {
    let socket = socket(world, input);
    let id = world.app.wanted.get(input.below(4)).copied().unwrap_or(0);
    let mut content = Content::text(Handle::text(Vec::new(), 2, Origin::App));
    for _ in 0..input.below(3) {
        ferrio::payload::Payload::attach(&mut content.text, Handle::binary(5, Origin::App));
        content.attachments += 1;
    }
    world.app.given += 3;
    world.input("acknowledge", |manager, now| manager.acknowledge(socket, id, content, now));
}

/// Answers the oldest question, or an old one, or none.
fn authorize(world: &mut World, input: &mut Input<'_>) {
    let (socket, attempt) = match world.app.auth.first().copied() {
        Some(question) if !input.once_in(4) => question,
        _ => (socket(world, input), input.below(4) as u32),
    };
    world.app.auth.retain(|question| *question != (socket, attempt));
    world.app.given += 1;
    let detail = input.flag().then(|| Handle::text(Vec::new(), 2, Origin::App));
    if input.once_in(3) {
        world.input("fail_auth", |manager, now| manager.fail_auth(socket, attempt, detail, now));
    } else {
        world.input("authorize", |manager, now| manager.authorize(socket, attempt, detail, now));
    }
}

/// The host's answer to a CONNECT that it read, late: hosts answer at once.
fn join(world: &mut World, input: &mut Input<'_>) {
    let socket = socket(world, input);
    let joined = Ok(Joined { sid: input.flag(), same_pid: input.flag() });
    let frame = Handle::text("40".encode_utf16().collect(), 2, Origin::Server);
    world.input("handle_connect", |manager, now| manager.handle_connect(socket, frame, 2, joined, now));
}

/// Time passes, and the timer fires as often as it is due, but not for ever.
fn advance(world: &mut World, input: &mut Input<'_>) {
    let until = world.now + input.pick(&[1.0, 30.0, 600.0, 20_000.0, 3.6e6, 1e11]);
    for _ in 0..50 {
        if !world.fire(until) {
            world.sleep(until - world.now);
            return;
        }
    }
}

fn opened(world: &mut World, input: &mut Input<'_>) {
    let transport = world.wire.nth(input.below(4));
    let opens = |transport: &super::wire::Transport| transport.kind != TransportKind::Polling && !transport.opened;
    if world.wire.transports.get(&transport.0).is_none_or(opens) {
        world.opened(transport);
    }
}

fn hello(world: &mut World, input: &mut Input<'_>) {
    let transport = world.wire.nth(input.below(2));
    if hears(world, transport) {
        world.frame(transport, frame::handshake(input).encode_utf16().collect());
    }
}

/// A GET is answered with some packets.
fn answer(world: &mut World, input: &mut Input<'_>) {
    let transport = world.wire.nth(input.below(4));
    if !gets(world, transport) {
        return;
    }
    for _ in 0..input.below(5) {
        let text = frame::any(input, &world.app.asked);
        world.frame(transport, text);
    }
    if gets(world, transport) {
        world.polled(transport);
    }
}

fn send(world: &mut World, input: &mut Input<'_>) {
    let transport = world.wire.nth(input.below(4));
    if hears(world, transport) {
        let text = frame::any(input, &world.app.asked);
        world.frame(transport, text);
    }
}

fn binary(world: &mut World, input: &mut Input<'_>) {
    let transport = world.wire.nth(input.below(4));
    if hears(world, transport) {
        let bytes = input.below(256);
        let attachment = Handle::binary(bytes, Origin::Server);
        world.input("handle_binary", |manager, now| manager.handle_binary(transport, bytes, attachment, now));
    }
}

fn drained(world: &mut World, input: &mut Input<'_>) {
    let transport = world.wire.nth(input.below(4));
    if world.wire.transports.get(&transport.0).is_none_or(|transport| transport.post) {
        // The server takes what it was sent, and does nothing.
        if let Some(transport) = world.wire.transports.get_mut(&transport.0) {
            transport.inbox.clear();
        }
        world.drained(transport);
    }
}

/// The same frame many times.
fn storm(world: &mut World, input: &mut Input<'_>) {
    let transport = world.wire.nth(input.below(2));
    let text = frame::any(input, &world.app.asked);
    for _ in 0..50 {
        if hears(world, transport) {
            world.frame(transport, text.clone());
        }
    }
}

/// Whether it is closed, or a GET is on its way.
fn gets(world: &World, transport: TransportId) -> bool {
    world.wire.transports.get(&transport.0).is_none_or(|transport| transport.get)
}

/// How many kinds of operations there are.
const KINDS: u8 = 36;
const REPEAT: u8 = 35;
/// The most inputs of one run, but for a few.
const MOST: usize = 2_000;
