//! The numeric face for npm's TypeScript host.
//!
//! Only numbers cross. A text or an attachment stays in the host, in a slot of a table; the core knows the slot's number
//! ([`Slot`]). Code units that the core must read (headers, namespaces) come through one buffer, outputs leave as records:
//! calls of the host's imports. Every input returns nothing; the host writes the records down while it runs and carries them out
//! when it has returned.
//!
//! The numbers of kinds, codes and keys are shared with `js/host/abi.ts`; the tables stand in `record.rs` and `exports.rs`.

mod exports;
mod record;
#[cfg(all(feature = "npm", target_arch = "wasm32"))]
mod runtime;
mod slot;
mod state;

pub use exports::*;
pub use record::kind;
pub use slot::Slot;
