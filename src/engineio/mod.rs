//! Engine.IO revision 4: one session over one or several transports.

pub mod command;
pub mod framing;
pub mod handshake;
pub mod packet;
pub mod payload;
mod polling;
pub mod session;
mod upgrade;

pub use command::{Command, Io, TransportId, Transports};
pub use handshake::Handshake;
pub use packet::{Head, Message, Packet};
pub use session::{Event, Session};
