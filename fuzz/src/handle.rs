//! A payload that is counted: the core may neither lose a handle nor give one back twice.
//!
//! A handle is a number; what it stands for is in the ledger of the thread. Handles are made by [`Handle::text`] and
//! [`Handle::binary`] (the host), and by the core, which clones them and takes attachments out.

use std::cell::{Cell, RefCell};

use ferrio::payload::Payload;

use crate::meter;

/// A handle to a text or to an attachment.
#[derive(Debug, PartialEq)]
pub struct Handle(usize);

/// Who a handle came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The app or the host: what is sent, and what is known of an error.
    App,
    /// The server: a frame.
    Server,
}

#[derive(Debug)]
struct Entry {
    origin: Origin,
    text: Vec<u16>,
    bytes: usize,
    /// Sizes of the attachments that came with the text.
    attachments: Vec<usize>,
    handles: usize,
    /// Of an attachment that was taken out: the text's number, and which one it is.
    part_of: Option<(usize, u32)>,
}

thread_local! {
    static LEDGER: RefCell<Vec<Entry>> = const { RefCell::new(Vec::new()) };
    /// How many handles there are to what came from the app, and to what came from the server.
    static LIVING: [Cell<usize>; 2] = const { [Cell::new(0), Cell::new(0)] };
}

impl Origin {
    fn count(self, handles: isize) {
        LIVING.with(|living| {
            let count = &living[self as usize];
            count.set(count.get().strict_add_signed(handles));
        });
    }
}

impl Handle {
    /// A text that takes `bytes` in UTF-8.
    #[must_use]
    pub fn text(text: Vec<u16>, bytes: usize, origin: Origin) -> Handle {
        Handle::new(Entry { origin, text, bytes, attachments: Vec::new(), handles: 1, part_of: None })
    }

    /// An attachment.
    #[must_use]
    pub fn binary(bytes: usize, origin: Origin) -> Handle {
        Handle::text(Vec::new(), bytes, origin)
    }

    /// Its number: the same for all clones.
    #[must_use]
    pub fn number(&self) -> usize {
        self.0
    }

    /// The text's code units.
    #[must_use]
    pub fn units(&self) -> Vec<u16> {
        self.entry(|entry| entry.text.clone())
    }

    /// Of an attachment that the core took out of a text: the text's number, and which one it is.
    #[must_use]
    pub fn part_of(&self) -> Option<(usize, u32)> {
        self.entry(|entry| entry.part_of)
    }

    /// The sizes of the text's attachments.
    #[must_use]
    pub fn attachments(&self) -> Vec<usize> {
        self.entry(|entry| entry.attachments.clone())
    }

    fn new(entry: Entry) -> Handle {
        entry.origin.count(1);
        // The ledger's memory is not the core's.
        meter::outside(|| {
            LEDGER.with_borrow_mut(|ledger| {
                ledger.push(entry);
                Handle(ledger.len() - 1)
            })
        })
    }

    fn entry<T>(&self, use_it: impl FnOnce(&mut Entry) -> T) -> T {
        meter::outside(|| LEDGER.with_borrow_mut(|ledger| use_it(&mut ledger[self.0])))
    }
}

impl Clone for Handle {
    fn clone(&self) -> Handle {
        self.entry(|entry| {
            entry.handles += 1;
            entry.origin.count(1);
        });
        Handle(self.0)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.entry(|entry| {
            assert!(entry.handles > 0, "handle {} is given back twice", self.0);
            entry.handles -= 1;
            entry.origin.count(-1);
            if entry.handles == 0 {
                entry.text = Vec::new();
            }
        });
    }
}

impl Payload for Handle {
    /// The least exact answer that is allowed.
    fn byte_len(&self, enough: usize) -> usize {
        self.entry(|entry| entry.bytes.max(enough))
    }

    fn attach(&mut self, attachment: Handle) {
        let bytes = attachment.byte_len(0);
        self.entry(|entry| entry.attachments.push(bytes));
    }

    fn attachment(&self, index: u32) -> Handle {
        let bytes = self.entry(|entry| entry.attachments.get(index as usize).copied());
        let bytes = bytes.unwrap_or_else(|| panic!("handle {} has no attachment {index}", self.0));
        let attachment = Handle::binary(bytes, Origin::App);
        attachment.entry(|entry| entry.part_of = Some((self.0, index)));
        attachment
    }
}

/// Forgets everything; to be called before a run.
pub fn reset() {
    assert_eq!(living(), 0);
    LEDGER.with_borrow_mut(Vec::clear);
}

/// How many handles there are to this number.
#[must_use]
pub fn handles_to(number: usize) -> usize {
    LEDGER.with_borrow(|ledger| ledger[number].handles)
}

/// How many handles there are to what the server sent.
#[must_use]
pub fn received() -> usize {
    LIVING.with(|living| living[Origin::Server as usize].get())
}

/// How many handles there are altogether.
#[must_use]
pub fn living() -> usize {
    LIVING.with(|living| living.iter().map(Cell::get).sum())
}
