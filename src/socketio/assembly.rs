//! A packet that awaits its attachments. They follow it directly, as binary frames or base64.

use super::packet::{AckId, PacketType};
use super::socket::SocketId;
use crate::payload::{Content, Payload};

/// A received event or ack: its header read, its content perhaps not complete.
#[derive(Debug)]
pub struct Assembly<P> {
    /// Whose it is; `None` for an unknown namespace: its attachments must be consumed all the same.
    pub socket: Option<SocketId>,
    /// Event or ack.
    pub kind: PacketType,
    /// Its ack id.
    pub ack: Option<AckId>,
    /// Where its JSON starts.
    pub json: usize,
    /// What has come of it.
    pub content: Content<P>,
    /// How many attachments are still to come.
    pub missing: u32,
    /// Its size so far: code units of the text, bytes of the attachments.
    pub size: usize,
}

impl<P: Payload> Assembly<P> {
    /// Adds the next attachment; true when it was the last.
    pub fn add(&mut self, attachment: P) -> bool {
        self.size += attachment.byte_len(0);
        self.content.text.attach(attachment);
        self.content.attachments += 1;
        self.missing = self.missing.saturating_sub(1);
        self.missing == 0
    }
}
