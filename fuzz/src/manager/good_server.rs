//! A server as it should be: whatever happened before, with it every socket connects and every event arrives.

use ferrio::config::TransportKind;
use ferrio::engineio::TransportId;
use ferrio::socketio::packet::PacketType;
use ferrio::socketio::{EmitOptions, NetworkChange, SocketId, SocketState};
use ferrio::time::Instant;
use ferrio::timer::TimerKind;

use super::options;
use super::wire::{Sent, Transport};
use super::world::World;

/// The network is back, the server is good and the options are sensible: all sockets connect, and what they emit is acknowledged.
pub fn serve(world: &mut World) {
    world.listeners.clear();
    world.answers_auth = true;
    world.configure(options::sensible);
    for (socket, attempt) in std::mem::take(&mut world.app.auth) {
        world.input("authorize", |manager, now| manager.authorize(socket, attempt, None, now));
    }
    world.woke = world.now;
    world.leave("handle_network", |manager, now| manager.handle_network(NetworkChange::Online, now));
    let sockets: Vec<SocketId> = (0..world.sockets as u32).map(SocketId).collect();
    // A second time, as the attempt on its way may be one of `open`, whose failure is only reported.
    connect(world, &sockets);
    while step(world, false) && (world.is_opening() || matches!(world.timeout(), Some((_, TimerKind::Open)))) {}
    connect(world, &sockets);
    until(world, "every socket is connected", |world| {
        sockets.iter().all(|socket| world.manager.socket_state(*socket) == SocketState::Connected)
    });

    world.refused = 0;
    let mut emits = Vec::new();
    for round in 0..3 {
        for socket in &sockets {
            let config = world.manager.socket_config_mut(*socket).expect("it exists");
            config.ack_timeout = f64::INFINITY;
            let options = EmitOptions { wants_error: true, ..EmitOptions::default() };
            emits.push(world.emit(*socket, round, options, true));
        }
    }
    until(world, "every event is sent and acknowledged", |world| emits.iter().all(|emit| world.app.fate(*emit).1));
    // The session may still be one of before, whose server takes next to nothing.
    let arrived = |emit: &usize| world.app.fate(*emit).0 >= 1 || world.refused > 0;
    assert!(emits.iter().all(arrived));
    until(world, "nothing waits", |world| world.manager.queue_len() == 0);
    world.app.check_kept(world.manager.queue_len() == 0 && world.wire.sessions() <= 1);
}

fn connect(world: &mut World, sockets: &[SocketId]) {
    for socket in sockets {
        world.app.given += 1;
        world.input("connect", |manager, now| manager.connect(*socket, now));
    }
}

/// One thing that a good server, or time, does; false if there is nothing to do. `slow_posts`: POSTs take longer than all else.
pub fn step(world: &mut World, slow_posts: bool) -> bool {
    world.end_turn();
    let living: Vec<u32> = world.wire.transports.keys().copied().collect();
    for id in living {
        if advance(world, TransportId(id), slow_posts) {
            return true;
        }
    }
    match world.timeout() {
        // A session whose heartbeat is absurdly fast is not kept alive.
        Some((at, TimerKind::Ping)) if at.since(Instant(world.now)) >= 100.0 => {
            world.sleep(at.since(Instant(world.now)) / 2.0);
            ping(world) || world.fire(f64::INFINITY)
        }
        Some(_) => world.fire(f64::INFINITY),
        None => false,
    }
}

fn until(world: &mut World, what: &str, is_so: impl Fn(&World) -> bool) {
    for _ in 0..STEPS {
        if is_so(world) {
            return;
        }
        assert!(step(world, false), "never {what}: nothing goes on");
    }
    panic!("never {what}: {:?}, timer {:?} at {}", world.wire, world.timeout(), world.now);
}

/// The next thing that one transport needs.
fn advance(world: &mut World, id: TransportId, slow_posts: bool) -> bool {
    let Some(transport) = world.wire.transports.get_mut(&id.0) else {
        return false;
    };
    if transport.kind != TransportKind::Polling && !transport.opened {
        world.opened(id);
        return true;
    }
    if !transport.in_use && !transport.with_sid && hears(transport) {
        answer(world, id, vec![HELLO.to_owned()]);
        return true;
    }
    if transport.post && !slow_posts || transport.kind != TransportKind::Polling && !transport.inbox.is_empty() {
        let inbox = std::mem::take(&mut transport.inbox);
        let is_post = transport.post;
        read(world, id, inbox);
        if is_post {
            world.drained(id);
        }
        return true;
    }
    if std::mem::take(&mut transport.is_probed) {
        answer(world, id, vec!["3probe".to_owned()]);
        return true;
    }
    let (get, session) = (transport.get, transport.session);
    if transport.in_use
        && hears(transport)
        && let Some(outbox) = world.wire.outboxes.remove(&session)
    {
        answer(world, id, outbox);
        return true;
    }
    // The GET that hangs ends, so that the probed transport can take over.
    let takes_over = |other: &Transport| other.session == session && other.is_answered && !other.in_use;
    if get && world.wire.transports.values().any(takes_over) {
        answer(world, id, vec!["6".to_owned()]);
        return true;
    }
    false
}

/// What was received is understood; the answers wait for the session's transport in use.
fn read(world: &mut World, id: TransportId, inbox: Vec<Sent>) {
    for sent in inbox {
        match sent {
            Sent::Probe => {
                if let Some(transport) = world.wire.transports.get_mut(&id.0) {
                    transport.is_probed = true;
                }
            }
            Sent::Message(packet, _) => {
                let namespace = String::from_utf16_lossy(world.manager.namespace(packet.socket));
                let namespace = if namespace == "/" { String::new() } else { format!("{namespace},") };
                match (packet.kind, packet.ack) {
                    (Some(PacketType::Connect), _) => say(world, id, format!(r#"40{namespace}{{"sid":"s"}}"#)),
                    (Some(PacketType::Event), Some(ack)) => say(world, id, format!("43{namespace}{ack}[]")),
                    _ => {}
                }
            }
            Sent::Open | Sent::Close | Sent::Pong | Sent::Upgrade => {}
        }
    }
}

/// It is said over the transport that the session uses then.
fn say(world: &mut World, id: TransportId, text: String) {
    if let Some(transport) = world.wire.transports.get(&id.0) {
        world.wire.outboxes.entry(transport.session).or_default().push(text);
    }
}

/// Packets arrive: one by one, or in one body.
fn answer(world: &mut World, id: TransportId, packets: Vec<String>) {
    let is_polling = world.wire.transports.get(&id.0).is_some_and(|transport| transport.kind == TransportKind::Polling);
    for packet in packets {
        world.frame(id, packet.encode_utf16().collect());
    }
    if is_polling {
        world.polled(id);
    }
}

/// A heartbeat over the transport in use.
fn ping(world: &mut World) -> bool {
    let in_use = world.wire.transports.iter().rev().find(|(_, transport)| transport.in_use && hears(transport));
    let Some((id, _)) = in_use else {
        return false;
    };
    answer(world, TransportId(*id), vec!["2".to_owned()]);
    true
}

fn hears(transport: &Transport) -> bool {
    if transport.kind == TransportKind::Polling { transport.get } else { transport.opened }
}

const HELLO: &str = r#"0{"sid":"e","upgrades":["websocket","webtransport"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}"#;
/// More than any way to a connection needs.
const STEPS: usize = 20_000;
