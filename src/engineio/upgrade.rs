//! Leaving polling for a better transport ("Upgrade").
//!
//! | state | input | next | output |
//! |---|---|---|---|
//! | `Wanted` | the namespaces are settled, or 500 ms passed | `Probing` | `Open` with the sid |
//! | `Probing` | transport opened | `Probing` | `2probe` |
//! | `Probing` | `3probe` | `Pausing` | no further GET or POST begins |
//! | `Pausing` | the GET and the POST on their way are over | `Idle` on the new transport | `5`, `Close` of polling, the queue |
//! | `Probing`, `Pausing` | new transport lost, anything else from it, deadline over | `Idle` on polling | `Close`, `Poll`, the queue |
//!
//! `5` is sent only when both requests are over: otherwise the server closes on the old transport or drops a POST.

use super::command::{Command, Io, TransportId};
use super::handshake::Handshake;
use super::packet::{self, Message, Packet, Received};
use super::session::{Event, Link, Session, State};
use crate::config::{EngineConfig, TransportKind};
use crate::timer::TimerKind;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Upgrade {
    Idle,
    Wanted(TransportKind),
    Probing(TransportId, TransportKind),
    Pausing(TransportId, TransportKind),
}

impl Upgrade {
    /// What to upgrade to, by the app's order among what the server offers.
    pub(super) fn wanted(config: &EngineConfig, handshake: &Handshake, current: TransportKind) -> Upgrade {
        if !config.upgrade || current != TransportKind::Polling {
            return Upgrade::Idle;
        }
        let mut rest = config.transports.without(TransportKind::Polling);
        while let Some(kind) = rest.first() {
            if handshake.offers(kind) {
                return Upgrade::Wanted(kind);
            }
            rest = rest.without(kind);
        }
        Upgrade::Idle
    }

    pub(super) fn transport(self) -> Option<TransportId> {
        match self {
            Upgrade::Probing(transport, _) | Upgrade::Pausing(transport, _) => Some(transport),
            Upgrade::Idle | Upgrade::Wanted(_) => None,
        }
    }

    pub(super) fn is_probing(self, by: TransportId) -> bool {
        matches!(self, Upgrade::Probing(transport, _) if transport == by)
    }

    pub(super) fn is_pausing(self) -> bool {
        matches!(self, Upgrade::Pausing(..))
    }
}

impl<M: Message> Session<M> {
    /// Begins the upgrade if one is wanted and not begun.
    pub fn start_upgrade<O: From<Command<M>>>(&mut self, io: &mut Io<O>) {
        if let State::Open(open) = &mut self.state
            && let Upgrade::Wanted(kind) = open.upgrade
        {
            io.timers.clear(TimerKind::UpgradeStart);
            io.set_timer(TimerKind::Upgrade, io.config.engine.probe_timeout);
            open.upgrade = Upgrade::Probing(io.open_transport::<M>(kind, true), kind);
        }
    }

    /// A frame of the transport that is being probed: only `3probe` is right.
    pub(super) fn handle_probe_frame<O: From<Command<M>>>(&mut self, header: &[u16], io: &mut Io<O>) -> Event {
        match &mut self.state {
            State::Open(open) => match open.upgrade {
                Upgrade::Probing(transport, kind) if packet::decode(header) == Ok(Received::Pong { probe: true }) => {
                    open.upgrade = Upgrade::Pausing(transport, kind);
                    io.set_timer(TimerKind::Upgrade, io.config.engine.pause_timeout);
                    match self.finish_upgrade(io) {
                        Event::None => Event::Upgrading(kind),
                        done => done,
                    }
                }
                Upgrade::Probing(..) | Upgrade::Pausing(..) => self.fail_upgrade(io),
                Upgrade::Idle | Upgrade::Wanted(_) => Event::None,
            },
            State::Opening { .. } | State::Closing { .. } | State::Closed => Event::None,
        }
    }

    /// Takes the new transport into use as soon as polling is at rest.
    pub(super) fn finish_upgrade<O: From<Command<M>>>(&mut self, io: &mut Io<O>) -> Event {
        let State::Open(open) = &mut self.state else {
            return Event::None;
        };
        let Upgrade::Pausing(transport, kind) = open.upgrade else {
            return Event::None;
        };
        if open.link.get || open.link.post {
            return Event::None;
        }
        io.timers.clear(TimerKind::Upgrade);
        io.command(Command::Send { transport, packet: Packet::Upgrade, follows: false, base64: false });
        io.command(Command::Close(open.link.id));
        open.link = Link::streaming(transport, kind);
        open.upgrade = Upgrade::Idle;
        self.send_queued(io);
        Event::Upgraded(kind)
    }

    /// Gives the new transport up; polling goes on where it paused.
    pub(super) fn fail_upgrade<O: From<Command<M>>>(&mut self, io: &mut Io<O>) -> Event {
        let State::Open(open) = &mut self.state else {
            return Event::None;
        };
        let Some(transport) = open.upgrade.transport() else {
            return Event::None;
        };
        io.timers.clear(TimerKind::Upgrade);
        io.command(Command::Close(transport));
        open.upgrade = Upgrade::Idle;
        self.poll(io);
        self.flush(io);
        Event::UpgradeFailed
    }
}
