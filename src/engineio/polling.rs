//! The discipline of HTTP long-polling: one GET and one POST at a time, what is sent in one turn shares a body,
//! and neither begins while an upgrade pauses polling.

use super::command::{Command, Io, TransportId};
use super::packet::{Message, Packet};
use super::payload;
use super::session::{Event, Link, Session, State, is_attachment};
use crate::config::TransportKind;
use crate::error::ErrorCode;

impl<M: Message> Session<M> {
    /// A GET is over, and all its packets were handed in.
    ///
    /// # Errors
    /// [`ErrorCode::NotSocketio`] when the first answer held no handshake.
    pub fn handle_polled<O: From<Command<M>>>(
        &mut self,
        transport: TransportId,
        io: &mut Io<O>,
    ) -> Result<Event, ErrorCode> {
        match &mut self.state {
            State::Open(open) if open.link.id == transport => {
                open.link.get = false;
                if open.upgrade.is_pausing() {
                    return Ok(self.finish_upgrade(io));
                }
                // POST first: browsers allow few connections to a host, and the GET keeps its own for long.
                self.flush(io);
                self.poll(io);
                Ok(Event::None)
            }
            State::Opening { .. } => Err(ErrorCode::NotSocketio),
            State::Open(_) | State::Closing { .. } | State::Closed => Ok(Event::None),
        }
    }

    /// A POST is over: the server has what it held.
    pub fn handle_drained<O: From<Command<M>>>(&mut self, io: &mut Io<O>) -> Event {
        match &mut self.state {
            State::Open(open) => {
                open.link.post = false;
                if open.upgrade.is_pausing() {
                    return self.finish_upgrade(io);
                }
                self.flush(io);
            }
            State::Closing { link, .. } => {
                link.post = false;
                self.say_goodbye(io);
            }
            State::Opening { .. } | State::Closed => {}
        }
        Event::None
    }

    /// Sends what is queued, then CLOSE in a POST of its own: servers handle packets a moment after they read them, and
    /// would not see a DISCONNECT that comes along with CLOSE. Then the transport is closed.
    pub(super) fn say_goodbye<O: From<Command<M>>>(&mut self, io: &mut Io<O>) {
        if let State::Closing { link: Link { post: false, .. }, said, .. } = &mut self.state
            && self.queue.is_empty()
        {
            if *said {
                return self.abort(io);
            }
            *said = true;
            self.queue.push(Packet::Close);
        }
        self.flush(io);
    }

    /// The end of a turn that [`Command::Defer`] asked for.
    pub fn handle_turn<O: From<Command<M>>>(&mut self, io: &mut Io<O>) {
        self.deferred = false;
        self.flush(io);
    }

    /// Asks for the end of the turn, once.
    pub(super) fn defer<O: From<Command<M>>>(&mut self, io: &mut Io<O>) {
        if !self.deferred {
            self.deferred = true;
            io.command(Command::Defer);
        }
    }

    /// Begins a GET if none is on its way.
    pub(super) fn poll<O: From<Command<M>>>(&mut self, io: &mut Io<O>) {
        if let State::Open(open) = &mut self.state
            && open.link.kind == TransportKind::Polling
            && !open.link.get
        {
            open.link.get = true;
            io.command(Command::Poll(open.link.id));
        }
    }

    /// Posts as much of the queue as one body may hold, if no POST is on its way and polling is not paused.
    pub(super) fn flush<O: From<Command<M>>>(&mut self, io: &mut Io<O>) {
        let Some((transport, max_payload)) = self.begin_post() else {
            return;
        };
        let mut count = payload::batch(self.queue.iter(), max_payload);
        let mut follows = false;
        while count > 0
            && let Some(packet) = self.queue.pop()
        {
            let base64 = is_attachment(&packet);
            io.command(Command::Send { transport, packet, follows, base64 });
            follows = true;
            count -= 1;
        }
        io.command(Command::Flush(transport));
    }

    fn begin_post(&mut self) -> Option<(TransportId, usize)> {
        let (link, max_payload): (&mut Link, _) = match &mut self.state {
            State::Open(open) if !open.upgrade.is_pausing() => (&mut open.link, open.max_payload),
            State::Closing { link, max_payload, .. } => (link, *max_payload),
            State::Open(_) | State::Opening { .. } | State::Closed => return None,
        };
        if link.kind != TransportKind::Polling || link.post || self.queue.is_empty() {
            return None;
        }
        link.post = true;
        Some((link.id, max_payload))
    }
}
