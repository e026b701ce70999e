//! The payload of these tests: what a host would keep, here held by value.

use std::fmt;

use ferrio::payload::Payload;

#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    Text(String),
    /// A text and its attachments.
    Parts(String, Vec<Data>),
    Binary(Vec<u8>),
}

impl Data {
    pub fn text(text: &str) -> Data {
        Data::Text(text.to_owned())
    }

    pub fn attachments(&self) -> &[Data] {
        match self {
            Data::Parts(_, attachments) => attachments,
            Data::Text(_) | Data::Binary(_) => &[],
        }
    }

    /// The text from a code unit on, as a host would cut it.
    pub fn cut_at(&self, start: usize) -> String {
        match self {
            Data::Text(text) | Data::Parts(text, _) => {
                let units: Vec<u16> = text.encode_utf16().skip(start).collect();
                String::from_utf16_lossy(&units)
            }
            Data::Binary(_) => self.to_string(),
        }
    }
}

impl Payload for Data {
    fn byte_len(&self, _enough: usize) -> usize {
        match self {
            Data::Text(text) | Data::Parts(text, _) => text.len(),
            Data::Binary(bytes) => bytes.len(),
        }
    }

    fn attach(&mut self, attachment: Data) {
        match self {
            Data::Text(text) => *self = Data::Parts(std::mem::take(text), vec![attachment]),
            Data::Parts(_, attachments) => attachments.push(attachment),
            Data::Binary(_) => panic!("only a text has attachments"),
        }
    }

    fn attachment(&self, index: u32) -> Data {
        self.attachments()[index as usize].clone()
    }
}

/// Text as it is, bytes as `<0102ff>`.
impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Data::Text(text) | Data::Parts(text, _) => f.write_str(text),
            Data::Binary(bytes) => {
                f.write_str("<")?;
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_str(">")
            }
        }
    }
}
