//! Engine.IO revision 4: one session over one or several transports.

pub mod command;
pub mod handshake;
pub mod packet;
pub mod payload;
mod polling;
pub mod session;
mod upgrade;

pub use command::{Command, Io, TransportId};
pub use handshake::Handshake;
pub use packet::{Message, Packet};
pub use session::{Event, Session};
