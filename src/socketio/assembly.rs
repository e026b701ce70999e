//! A packet that awaits its attachments. They follow it directly, as binary frames or base64.

use super::packet::AckId;
use super::socket::SocketId;
use crate::payload::Payload;

/// What the header of a received event or ack says.
#[derive(Clone, Copy, Debug)]
pub struct Received {
    /// Whose it is; `None` for an unknown namespace: its attachments must be consumed all the same.
    pub socket: Option<SocketId>,
    /// Whether it is an ack.
    pub is_ack: bool,
    /// Its ack id.
    pub ack: Option<AckId>,
    /// Where its JSON starts.
    pub json: usize,
    /// How many attachments it has.
    pub attachments: u32,
    /// Its size so far: code units of the text, bytes of the attachments or digits of their base64.
    pub size: usize,
}

/// An event or ack whose attachments are not all there.
#[derive(Debug)]
pub struct Assembly<P> {
    /// What it is.
    pub event: Received,
    /// Its text, with the attachments that have come.
    pub text: P,
    /// How many are still to come.
    pub missing: u32,
}

impl<P: Payload> Assembly<P> {
    /// Adds the next attachment, of that size.
    pub fn add(&mut self, attachment: P, size: usize) {
        self.event.size += size;
        self.text.attach(attachment);
        self.missing -= 1;
    }
}
