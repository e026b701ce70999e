//! The numeric face for npm's TypeScript host.
//!
//! Only numbers cross. A text or an attachment stays in the host, in a slot of a table; the core knows the slot's number
//! ([`Slot`]). Code units that the core must read (headers, namespaces) come through one scratch buffer, outputs go through one
//! record. Every input returns nothing; the host then takes records with [`next`] until it returns 0.
//!
//! The numbers of kinds, codes and keys are shared with `js/host/abi.ts`; the tables stand in `record.rs` and `options.rs`.

mod exports;
mod options;
mod record;
#[cfg(all(feature = "npm", target_arch = "wasm32"))]
mod runtime;
mod slot;
mod state;

pub use exports::*;
pub use record::kind;
pub use slot::Slot;
