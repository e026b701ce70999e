//! Bodies of HTTP long-polling: several packets in one text ("HTTP long-polling", "Payload").

use super::packet::{Message, Packet};

/// Stands between the packets of a body.
pub const SEPARATOR: char = '\x1e';

/// How many packets, from the first on, fit into one body of at most `max_payload` bytes.
/// At least one, so that an oversize packet does not stop the queue.
pub fn batch<'a, M: Message + 'a>(packets: impl Iterator<Item = &'a Packet<M>>, max_payload: usize) -> usize {
    let mut total = 0usize;
    let mut count = 0;
    for packet in packets {
        total = total.saturating_add(packet.body_len());
        if count > 0 && total.saturating_add(count) > max_payload {
            return count;
        }
        count += 1;
    }
    count
}

/// Cuts a body into its packets.
pub fn split(body: &str) -> impl Iterator<Item = &str> {
    body.split(SEPARATOR)
}
