//! Socket.IO revision 5: namespaces, events and acks over one Engine.IO session, and its lifetime.

pub mod assembly;
pub mod backoff;
mod dispatch;
mod engine;
mod lifetime;
pub mod manager;
mod outbox;
pub mod output;
pub mod packet;
pub mod socket;

pub use dispatch::Joined;
pub use manager::{Manager, NetworkChange};
pub use outbox::AckToken;
pub use output::{AckFailure, DropReason, Host, Output, Outputs};
pub use packet::{AckId, Outgoing, PacketType};
pub use socket::{EmitOptions, SocketId, SocketState};
