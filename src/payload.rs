//! What the core knows of an application's data: a handle, and its size when polling must batch.

/// A handle to a text or an attachment that the core passes on and never reads.
///
/// On npm it is a slot number of the host, in Rust apps a `JsValue`, in native tests a `String` or bytes.
/// Dropping a handle frees what it stands for; cloning one is only done to send an event again.
pub trait Payload: Clone {
    /// Bytes of the text in UTF-8 (its attachments aside), or of the attachment. If they are no more than `enough`, any number from
    /// there up to `enough` will do: to know that a text is short takes no counting. With 0 it is the exact number.
    fn byte_len(&self, enough: usize) -> usize;

    /// Adds the next attachment to a text: from now on one handle stands for both.
    fn attach(&mut self, attachment: Self);

    /// A handle of its own to an attachment of this text, counted from 0.
    fn attachment(&self, index: u32) -> Self;

    /// Bytes of an attachment of this text.
    fn attachment_len(&self, index: u32) -> usize {
        self.attachment(index).byte_len(0)
    }
}

/// An event's or ack's JSON with its attachments.
#[derive(Clone, Debug, PartialEq)]
pub struct Content<P> {
    /// The JSON text, for received content the whole frame, and with it the attachments its placeholders stand for.
    pub text: P,
    /// How many attachments there are.
    pub attachments: u32,
}

impl<P> Content<P> {
    /// Content without attachments.
    #[must_use]
    pub fn text(text: P) -> Content<P> {
        Content { text, attachments: 0 }
    }
}

impl<P: Payload> Content<P> {
    /// The size of each attachment, in bytes.
    pub fn attachment_lens(&self) -> impl Iterator<Item = usize> {
        (0..self.attachments).map(|index| self.text.attachment_len(index))
    }

    /// Bytes of all that is to be kept of it.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        self.text.byte_len(0) + self.attachment_lens().sum::<usize>()
    }
}
