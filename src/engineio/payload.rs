//! Bodies of HTTP long-polling: several packets in one text ("HTTP long-polling", "Payload").

/// Stands between the packets of a body.
pub const SEPARATOR: char = '\x1e';

/// One body being filled, of at most `maxPayload` bytes.
#[derive(Debug)]
pub struct Body {
    len: usize,
    max: usize,
}

impl Body {
    /// An empty body.
    #[must_use]
    pub fn new(max_payload: usize) -> Body {
        Body { len: 0, max: max_payload }
    }

    /// Adds a packet of `len` bytes if it fits. The first one always does, so that an oversize packet does not stop the queue.
    pub fn takes(&mut self, len: usize) -> bool {
        let grown = self.len + usize::from(self.len > 0) + len;
        let fits = self.len == 0 || grown <= self.max;
        if fits {
            self.len = grown;
        }
        fits
    }
}

/// Cuts a body into its packets.
pub fn split(body: &str) -> impl Iterator<Item = &str> {
    body.split(SEPARATOR)
}
