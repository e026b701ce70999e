//! A packet that awaits its attachments. They follow it directly, as binary frames or base64.

use alloc::vec::Vec;

use super::packet::{AckId, PacketType};
use super::socket::SocketId;
use crate::payload::Content;

/// A packet without its last attachments.
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
    content: Content<P>,
    missing: usize,
}

impl<P> Assembly<P> {
    /// A packet that `count` attachments follow.
    #[must_use]
    pub fn new(
        socket: Option<SocketId>,
        kind: PacketType,
        ack: Option<AckId>,
        json: usize,
        frame: P,
        count: usize,
    ) -> Assembly<P> {
        Assembly { socket, kind, ack, json, content: Content { text: frame, attachments: Vec::new() }, missing: count }
    }

    /// Adds the next attachment; true when it was the last.
    pub fn add(&mut self, attachment: P) -> bool {
        self.content.attachments.push(attachment);
        self.missing = self.missing.saturating_sub(1);
        self.missing == 0
    }

    /// The packet's content, complete or not.
    #[must_use]
    pub fn into_content(self) -> Content<P> {
        self.content
    }
}
