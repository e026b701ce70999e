//! The npm host's payload handle.

use core::num::NonZeroU32;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::payload::Payload;

#[wasm_bindgen]
extern "C" {
    fn release(slot: u32);
    fn duplicate(slot: u32) -> u32;
    fn byte_length(slot: u32, enough: u32, part: u32) -> u32;
    fn attach(slot: u32, attachment: u32);
    fn attachment(slot: u32, index: u32) -> u32;
}

/// A place in the host's table that holds a text with its attachments, an attachment or an error. Dropping it empties the place.
#[derive(Debug, PartialEq)]
pub struct Slot(NonZeroU32);

impl Slot {
    /// The slot of this number; 0 is none. The host gives it away.
    #[must_use]
    pub fn take(number: u32) -> Option<Slot> {
        NonZeroU32::new(number).map(Slot)
    }

    /// The slot of this number, where the host always gives one.
    pub(super) fn own(number: u32) -> Slot {
        Slot(NonZeroU32::new(number).unwrap_or(NonZeroU32::MAX))
    }

    /// Its number, for a look that leaves the slot where it is.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.0.get()
    }

    /// Gives it back to the host.
    #[must_use]
    pub fn give(self) -> u32 {
        let number = self.number();
        core::mem::forget(self);
        number
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        release(self.number());
    }
}

impl Clone for Slot {
    fn clone(&self) -> Slot {
        Slot::own(duplicate(self.number()))
    }
}

impl Payload for Slot {
    fn byte_len(&self, enough: usize) -> usize {
        byte_length(self.number(), enough as u32, 0) as usize
    }

    fn attach(&mut self, with: Slot) {
        attach(self.number(), with.give());
    }

    fn attachment(&self, index: u32) -> Slot {
        Slot::own(attachment(self.number(), index))
    }

    fn attachment_len(&self, index: u32) -> usize {
        byte_length(self.number(), 0, index + 1) as usize
    }
}
