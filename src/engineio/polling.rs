//! The discipline of HTTP long-polling: one GET and one POST at a time, what is sent in one turn shares a body,
//! and neither begins while an upgrade pauses polling.

use alloc::boxed::Box;

use super::command::{Command, Io, TransportId, Transports};
use super::packet::{Message, Packet};
use super::payload::Body;
use super::session::{Event, Session, State};
use crate::config::TransportKind;
use crate::error::ErrorCode;

impl<M: Message> Session<M> {
    /// A GET is over, and all its packets were handed in.
    ///
    /// # Errors
    /// [`ErrorCode::NotSocketio`] when the first answer held no handshake.
    pub fn handle_polled<T: Transports<M>>(
        &mut self,
        transport: TransportId,
        io: &mut Io<T>,
    ) -> Result<Event, ErrorCode> {
        match self.state {
            State::Open { .. } if self.link.id == transport => {
                self.link.get = false;
                // POST first: browsers allow few connections to a host, and the GET keeps its own for long.
                let hold = self.upgrade.holds_poll(io);
                self.flush(io);
                if !hold {
                    self.poll(io);
                }
                Ok(self.finish_upgrade(io))
            }
            State::Opening { .. } => Err(ErrorCode::NotSocketio),
            State::Open { .. } | State::Closing { .. } | State::Closed => Ok(Event::None),
        }
    }

    /// A POST is over: the server has what it held.
    pub fn handle_drained<T: Transports<M>>(&mut self, io: &mut Io<T>) -> Event {
        self.link.post = false;
        if let State::Closing { .. } = self.state {
            self.say_goodbye(io);
            return Event::None;
        }
        self.flush(io);
        self.finish_upgrade(io)
    }

    /// Sends what is queued, then CLOSE in a POST of its own: servers handle packets a moment after they read them, and
    /// would not see a DISCONNECT that comes along with CLOSE. Then the transport is closed.
    pub(super) fn say_goodbye<T: Transports<M>>(&mut self, io: &mut Io<T>) {
        if let State::Closing { said, .. } = &mut self.state
            && !self.link.post
            && self.queue.is_empty()
        {
            if *said {
                return self.abort(io);
            }
            *said = true;
            self.queue.push(Box::new(Packet::Close));
        }
        self.flush(io);
    }

    /// The end of a turn that [`Command::Defer`] asked for.
    pub fn handle_turn<T: Transports<M>>(&mut self, io: &mut Io<T>) {
        self.deferred = false;
        self.flush(io);
    }

    /// Asks for the end of the turn, once.
    pub(super) fn defer<T: Transports<M>>(&mut self, io: &mut Io<T>) {
        if !self.deferred {
            self.deferred = true;
            io.command(Command::Defer);
        }
    }

    /// Begins a GET if none is on its way and polling is not paused.
    pub(super) fn poll<T: Transports<M>>(&mut self, io: &mut Io<T>) {
        if self.may_request() && !self.link.get {
            self.link.get = true;
            io.command(Command::Poll(self.link.id));
        }
    }

    /// Posts as much of the queue as one body may hold, if no POST is on its way and polling is not paused.
    pub(super) fn flush<T: Transports<M>>(&mut self, io: &mut Io<T>) {
        if !self.may_request() || self.link.post {
            return;
        }
        let transport = self.link.id;
        let mut body = Body::new(self.max_payload);
        let count = self.queue.iter().take_while(|packet| body.takes(packet.body_len())).count();
        let mut follows = false;
        for packet in self.queue.drain(..count) {
            io.host.send(transport, *packet, follows, true);
            follows = true;
        }
        if follows {
            self.link.post = true;
            io.command(Command::Flush(transport));
        }
    }

    fn may_request(&self) -> bool {
        self.link.kind == TransportKind::Polling && !self.upgrade.is_pausing() && !self.is_closed()
    }
}
