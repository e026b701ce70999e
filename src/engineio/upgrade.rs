//! Leaving polling for a better transport ("Upgrade").
//!
//! | state | input | next | output |
//! |---|---|---|---|
//! | `Wanted` | the namespaces are settled, or 500 ms passed | `Probing` | `Open` with the sid |
//! | `Probing` | transport opened | `Probing` | `0` on webtransport, `2probe` |
//! | `Probing` | the GET is over; the server is near | `Probing` | no GET for 50 ms |
//! | `Probing` | `3probe` | `Pausing` | no further GET or POST begins |
//! | `Pausing` | the GET and the POST on their way are over | `Idle` on the new transport | `5`, `Close` of polling, the queue |
//! | `Probing`, `Pausing` | new transport lost, anything else from it, deadline over | `Idle` on polling; `Probing` websocket if this was webtransport and both are wanted | `Close`, `Poll`, the queue; `Open` |
//!
//! Where server and app have both, webtransport is tried first, as in the official client. It has less time then: networks that let no
//! UDP pass are silent.
//!
//! While a GET hangs, servers end it only some 100 ms after the probe, and all that time nothing can be sent. A server
//! that is near has answered the probe before a GET is of use: there the upgrade takes a few milliseconds.
//!
//! `5` is sent only when both requests are over: otherwise the server closes on the old transport or drops a POST.

use super::command::{Command, Io, TransportId, Transports};
use super::handshake::Handshake;
use super::packet::{Message, Packet, Received};
use super::session::{Event, Link, Session};
use crate::config::TransportKind;
use crate::error::ProtocolError;
use crate::time::{Instant, Millis};
use crate::timer::TimerKind;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Upgrade {
    Idle,
    Wanted(TransportKind),
    Probing(TransportId, TransportKind),
    Pausing(TransportId, TransportKind),
}

impl Upgrade {
    pub(super) fn transport(self) -> Option<TransportId> {
        match self {
            Upgrade::Probing(transport, ..) | Upgrade::Pausing(transport, _) => Some(transport),
            Upgrade::Idle | Upgrade::Wanted(_) => None,
        }
    }

    /// What is being probed. Polling never reports that it is open, so whatever does meanwhile is this.
    pub(super) fn probing(self) -> Option<TransportKind> {
        if let Upgrade::Probing(_, kind) = self { Some(kind) } else { None }
    }

    /// Whether the next GET waits for the probe.
    pub(super) fn holds_poll<T>(self, io: &Io<T>) -> bool {
        matches!(self, Upgrade::Probing(..)) && io.timers.get(TimerKind::UpgradeStart) < Instant::NEVER
    }

    pub(super) fn is_pausing(self) -> bool {
        matches!(self, Upgrade::Pausing(..))
    }
}

impl<M: Message> Session<M> {
    /// Finds what to upgrade to among what both sides have.
    pub(super) fn want_upgrade<T>(&mut self, handshake: &Handshake, io: &mut Io<T>) {
        if io.config.engine.upgrade && self.link.kind == TransportKind::Polling {
            let mut rest = io.config.engine.transports;
            while let Some(kind) = rest.first() {
                if handshake.offers(kind) {
                    // No third one is ever offered.
                    self.falls_back = self.upgrade != Upgrade::Idle;
                    self.upgrade = Upgrade::Wanted(if self.falls_back { TransportKind::WebTransport } else { kind });
                }
                rest = rest.rest();
            }
        }
    }

    /// Begins the upgrade if one is wanted and not begun.
    pub fn start_upgrade<T: Transports<M>>(&mut self, io: &mut Io<T>) {
        if let Upgrade::Wanted(kind) = self.upgrade {
            let poll_waits = if self.quick { POLL_WAITS } else { f64::INFINITY };
            io.set_timer(TimerKind::UpgradeStart, poll_waits);
            let patience =
                if self.falls_back { io.config.engine.pause_timeout } else { io.config.engine.probe_timeout };
            io.set_timer(TimerKind::Upgrade, patience);
            self.upgrade = Upgrade::Probing(io.open_transport(kind, true), kind);
        }
    }

    /// A frame of the transport that is being probed: only `3probe` is right.
    pub(super) fn handle_probe_frame<T: Transports<M>>(
        &mut self,
        received: Result<Received, ProtocolError>,
        io: &mut Io<T>,
    ) -> Event {
        match self.upgrade {
            Upgrade::Probing(transport, kind) if received == Ok(Received::Pong { probe: true }) => {
                self.upgrade = Upgrade::Pausing(transport, kind);
                io.timers.clear(TimerKind::UpgradeStart);
                io.set_timer(TimerKind::Upgrade, io.config.engine.pause_timeout);
                Event::Upgrading(kind)
            }
            Upgrade::Probing(..) | Upgrade::Pausing(..) => self.fail_upgrade(io),
            Upgrade::Idle | Upgrade::Wanted(_) => Event::None,
        }
    }

    /// Takes the new transport into use as soon as polling is at rest. To be called after [`Event::Upgrading`] too.
    pub fn finish_upgrade<T: Transports<M>>(&mut self, io: &mut Io<T>) -> Event {
        let Upgrade::Pausing(transport, kind) = self.upgrade else {
            return Event::None;
        };
        if self.link.get || self.link.post {
            return Event::None;
        }
        io.timers.clear(TimerKind::Upgrade);
        io.host.send(transport, Packet::Upgrade, false, false);
        io.command(Command::Close(self.link.id));
        self.link = Link { id: transport, kind, get: false, post: false };
        self.upgrade = Upgrade::Idle;
        for packet in core::mem::take(&mut self.queue) {
            self.send(*packet, io);
        }
        Event::Upgraded(kind)
    }

    /// Gives the new transport up; polling goes on where it paused.
    pub(super) fn fail_upgrade<T: Transports<M>>(&mut self, io: &mut Io<T>) -> Event {
        let Some(transport) = self.upgrade.transport() else {
            return Event::None;
        };
        io.timers.clear(TimerKind::UpgradeStart);
        io.timers.clear(TimerKind::Upgrade);
        io.command(Command::Close(transport));
        self.upgrade = if self.falls_back { Upgrade::Wanted(TransportKind::WebSocket) } else { Upgrade::Idle };
        self.falls_back = false;
        self.start_upgrade(io);
        self.poll(io);
        self.flush(io);
        Event::UpgradeFailed
    }
}

/// How long a GET waits for a probe to be answered first.
const POLL_WAITS: Millis = 50.0;
