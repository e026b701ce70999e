//! The npm host's payload handle.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::payload::Payload;

#[wasm_bindgen]
extern "C" {
    fn release(slot: u32);
    fn duplicate(slot: u32) -> u32;
    fn byte_length(slot: u32) -> u32;
}

/// A place in the host's table that holds a text, an attachment or an error. Dropping it empties the place.
#[derive(Debug, PartialEq)]
pub struct Slot(u32);

impl Slot {
    /// The slot of this number; 0 is none. The host gives it away.
    #[must_use]
    pub fn take(number: u32) -> Option<Slot> {
        if number == 0 { None } else { Some(Slot(number)) }
    }

    /// The slot of this number, where the host always gives one.
    pub(super) fn own(number: u32) -> Slot {
        Slot(number)
    }

    /// Its number, for a look that leaves the slot where it is.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.0
    }

    /// Gives it back to the host.
    #[must_use]
    pub fn give(self) -> u32 {
        let number = self.0;
        core::mem::forget(self);
        number
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        release(self.0);
    }
}

impl Clone for Slot {
    fn clone(&self) -> Slot {
        Slot(duplicate(self.0))
    }
}

impl Payload for Slot {
    fn byte_len(&self) -> usize {
        byte_length(self.0) as usize
    }
}
