//! Socket.IO revision 5: namespaces, events and acks over one Engine.IO session, and its lifetime.

pub mod ack;
pub mod assembly;
pub mod backoff;
mod dispatch;
mod engine;
mod lifetime;
pub mod manager;
pub mod output;
pub mod packet;
pub mod retry;
pub mod socket;

pub use ack::AckToken;
pub use dispatch::Joined;
pub use manager::{Manager, NetworkChange};
pub use output::{AckFailure, Output};
pub use packet::{AckId, Outgoing, PacketType};
pub use socket::{EmitOptions, SocketId, SocketState};
