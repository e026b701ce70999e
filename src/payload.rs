//! What the core knows of an application's data: a handle, and its size when polling must batch.

/// A handle to a text or an attachment that the core passes on and never reads.
///
/// On npm it is a slot number of the host, in Rust apps a `JsValue`, in native tests a `String` or bytes.
/// Dropping a handle frees what it stands for; cloning one is only done to send an event again.
pub trait Payload: Clone {
    /// Bytes of the text in UTF-8, or of the attachment. Asked only while batching for `maxPayload`.
    fn byte_len(&self) -> usize;
}

/// An event's or ack's JSON and its attachments.
#[derive(Clone, Debug, PartialEq)]
pub struct Content<P> {
    /// The JSON text; for received content, the whole frame.
    pub text: P,
    /// The attachments its placeholders stand for, in order.
    pub attachments: alloc::vec::Vec<P>,
}

impl<P> Content<P> {
    /// Content without attachments.
    #[must_use]
    pub fn text(text: P) -> Content<P> {
        Content { text, attachments: alloc::vec::Vec::new() }
    }
}
