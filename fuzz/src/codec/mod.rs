//! The decoders, each by itself.

pub mod assembly;
pub mod engine_packet;
pub mod framing;
pub mod handshake;
pub mod payload;
pub mod socket_header;
