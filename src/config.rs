//! One owned configuration per layer, complete before a connection begins.

use crate::time::Millis;

/// The longest header that is read, in code units.
pub const MAX_HEADER: usize = 4096;

/// The greatest size of a received packet with its attachments, in bytes (of a text: code units): 10 MiB.
pub const MAX_PACKET: usize = 10 << 20;

/// The size of all that is kept of what comes before CONNECT's reply, in bytes (of a text: code units).
pub const MAX_EARLY_SIZE: usize = 1_048_576;

/// Of what kind a transport is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum TransportKind {
    /// HTTP long-polling: one GET and one POST at a time.
    Polling = 1,
    /// One WebSocket.
    WebSocket = 2,
    /// One WebTransport stream.
    WebTransport = 3,
}

impl TransportKind {
    /// The kind with this number.
    #[must_use]
    pub fn from_number(number: u32) -> Option<TransportKind> {
        match number {
            1 => Some(TransportKind::Polling),
            2 => Some(TransportKind::WebSocket),
            3 => Some(TransportKind::WebTransport),
            _ => None,
        }
    }
}

/// An ordered list of transports, two bits each, the first in the lowest bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransportList(u32);

impl TransportList {
    /// The empty list.
    pub const NONE: TransportList = TransportList(0);

    /// The list of these kinds; each counts where it stands first.
    #[must_use]
    pub fn new(kinds: &[TransportKind]) -> TransportList {
        kinds.iter().rev().fold(TransportList::NONE, |list, kind| list.without(*kind).after(*kind))
    }

    /// The same list after `kind`, which is not in it.
    #[must_use]
    pub fn after(self, kind: TransportKind) -> TransportList {
        TransportList(self.0 << 2 | kind as u32)
    }

    /// Reads a packed list.
    #[must_use]
    pub fn unpack(packed: u32) -> TransportList {
        TransportList(packed)
    }

    /// The first of the list.
    #[must_use]
    pub fn first(self) -> Option<TransportKind> {
        TransportKind::from_number(self.0 & 3)
    }

    /// The list without its first.
    #[must_use]
    pub fn rest(self) -> TransportList {
        TransportList(self.0 >> 2)
    }

    /// The same list with `kind`, if it is in it, at the front.
    #[must_use]
    pub fn starting_with(self, kind: TransportKind) -> TransportList {
        let others = self.without(kind);
        if others == self { self } else { others.after(kind) }
    }

    fn without(self, kind: TransportKind) -> TransportList {
        match self.first() {
            None => self,
            Some(first) if first == kind => self.rest(),
            Some(first) => self.rest().without(kind).after(first),
        }
    }
}

/// How an Engine.IO session behaves.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Transports to use, the first one first. Default: polling, websocket, webtransport.
    pub transports: TransportList,
    /// Whether to leave polling for a better transport. Default: true.
    pub upgrade: bool,
    /// Whether to try the other transports when the first one cannot open. Default: false.
    pub try_all_transports: bool,
    /// Whether to begin with websocket when it worked last time. Default: false.
    pub remember_upgrade: bool,
    /// Whether to send attachments as base64 also over websocket. Default: false.
    pub force_base64: bool,
    /// Milliseconds a probe, and then the pause of polling, may take before an upgrade is given up. The second also holds for the
    /// probe of webtransport where websocket comes next. Defaults: 10 000, 3 000.
    pub probe_timeout: Millis,
    /// See `probe_timeout`.
    pub pause_timeout: Millis,
}

impl EngineConfig {
    /// The defaults.
    pub const DEFAULT: EngineConfig = {
        use TransportKind::{Polling, WebSocket, WebTransport};
        EngineConfig {
            transports: TransportList(Polling as u32 | (WebSocket as u32) << 2 | (WebTransport as u32) << 4),
            upgrade: true,
            try_all_transports: false,
            remember_upgrade: false,
            force_base64: false,
            probe_timeout: 10_000.0,
            pause_timeout: 3_000.0,
        }
    };
}

impl Default for EngineConfig {
    fn default() -> EngineConfig {
        EngineConfig::DEFAULT
    }
}

/// Which event goes when the buffer is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Overflow {
    /// The one that is being emitted.
    Newest = 0,
    /// Those that wait longest.
    Oldest = 1,
    /// The one that is being emitted; its emit fails.
    Error = 2,
}

impl Overflow {
    /// The choice with this number; the first for any other.
    #[must_use]
    pub fn from_number(number: u32) -> Overflow {
        match number {
            1 => Overflow::Oldest,
            2 => Overflow::Error,
            _ => Overflow::Newest,
        }
    }
}

/// How much each socket keeps of what it emitted, and for how long.
#[derive(Clone, Debug)]
pub struct OfflineConfig {
    /// The most events kept; 0: none without a connection. Default: 10 000.
    pub max: usize,
    /// The most bytes kept, attachments included. Default: 16 MiB.
    pub max_bytes: usize,
    /// How long an event may wait to be sent, in milliseconds; infinity: for ever. Default: infinity.
    pub ttl: Millis,
    /// What to do when there is no room. Default: newest.
    pub overflow: Overflow,
}

/// How a manager behaves: the engine's lifetime, reconnection, limits.
#[derive(Clone, Debug)]
pub struct ManagerConfig {
    /// The engine's own part.
    pub engine: EngineConfig,
    /// Whether to reconnect by itself. Default: true.
    pub reconnection: bool,
    /// After how many failed attempts to stop; infinity: never. Default: infinity.
    pub reconnection_attempts: f64,
    /// The first delay before an attempt, in milliseconds; 0 means no delay. Default: 1 000.
    pub reconnection_delay: Millis,
    /// No delay is longer than this. Default: 5 000.
    pub reconnection_delay_max: Millis,
    /// Part of the delay that is drawn at random, 0 to 1. Default: 0.5.
    pub randomization_factor: f64,
    /// How long the engine may take to open; infinity: for ever. Default: 20 000.
    pub timeout: Millis,
    /// How long a namespace's CONNECT, or the app's `auth`, may stay unanswered. Default: 10 000.
    pub namespace_timeout: Millis,
    /// What waits to be sent.
    pub offline: OfflineConfig,
    /// The most attachments of one received packet. Default: 10.
    pub max_attachments: u32,
    /// The most events kept that came before CONNECT's reply. Default: 1 000.
    pub max_early_events: usize,
    /// A connection that lasted this long resets the back-off. Default: 5 000.
    pub stable_after: Millis,
    /// Whether to close when the page says it will unload. Default: false.
    pub close_on_beforeunload: bool,
}

impl ManagerConfig {
    /// The defaults.
    pub const DEFAULT: ManagerConfig = ManagerConfig {
        engine: EngineConfig::DEFAULT,
        reconnection: true,
        reconnection_attempts: f64::INFINITY,
        reconnection_delay: 1_000.0,
        reconnection_delay_max: 5_000.0,
        randomization_factor: 0.5,
        timeout: 20_000.0,
        namespace_timeout: 10_000.0,
        offline: OfflineConfig { max: 10_000, max_bytes: 16_777_216, ttl: f64::INFINITY, overflow: Overflow::Newest },
        max_attachments: 10,
        max_early_events: 1_000,
        stable_after: 5_000.0,
        close_on_beforeunload: false,
    };
}

impl Default for ManagerConfig {
    fn default() -> ManagerConfig {
        ManagerConfig::DEFAULT
    }
}

/// How one socket behaves.
#[derive(Clone, Debug)]
pub struct SocketConfig {
    /// How often an event is sent again when no ack came; 0: events are sent once. Default: 0.
    pub retries: u32,
    /// How long to wait for an ack where the emit says nothing; infinity: for ever. Default: infinity.
    pub ack_timeout: Millis,
}

impl SocketConfig {
    /// With `retries` and no `ack_timeout`, an ack is waited for this long.
    pub const DEFAULT_RETRY_TIMEOUT: Millis = 10_000.0;
}

impl Default for SocketConfig {
    fn default() -> SocketConfig {
        SocketConfig { retries: 0, ack_timeout: f64::INFINITY }
    }
}
