//! Errors sorted by whose fault they are, and reasons for closing, which are no errors.
//!
//! The core formats no text: every error is a number with a stable meaning, which the host turns into words.

use crate::json::NotJson;

/// The server sent what the revision does not allow.
///
/// The discriminants are stable: they cross the boundary to hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ProtocolError {
    /// An Engine.IO packet type outside 0–6.
    UnknownEngineType = 1,
    /// A Socket.IO packet type outside 0–6.
    UnknownSocketType = 2,
    /// The code units before the JSON are not those of a Socket.IO packet.
    BadHeader = 3,
    /// A header longer than [`crate::config::MAX_HEADER`].
    TooLong = 4,
    /// The JSON is not JSON.
    BadJson = 5,
    /// The payload is missing, or has not the shape its packet asks for.
    BadPayload = 6,
    /// More attachments than allowed, or none in a binary packet.
    BadAttachmentCount = 7,
    /// A text packet came while attachments were awaited.
    TextDuringReassembly = 8,
    /// An attachment came that no packet announced.
    StrayBinary = 9,
    /// A placeholder names no attachment.
    BadPlaceholder = 10,
    /// A second handshake within one session.
    SecondOpen = 11,
    /// The handshake, or a CONNECT, has no `sid`.
    MissingSid = 12,
    /// `pingInterval` is missing or not a number of milliseconds above 0.
    BadPingInterval = 13,
    /// `pingTimeout` is missing or not a number of milliseconds above 0.
    BadPingTimeout = 14,
    /// `upgrades` is not an array of strings.
    BadUpgrades = 15,
    /// `maxPayload` is not a number above 0.
    BadMaxPayload = 16,
    /// An ack id is no whole number up to 2^53 − 1.
    BadAckId = 17,
    /// A packet that only a client may send, or that has no place here.
    UnexpectedPacket = 18,
    /// An attachment's base64 is garbage.
    BadBase64 = 19,
}

impl From<NotJson> for ProtocolError {
    fn from(NotJson: NotJson) -> ProtocolError {
        ProtocolError::BadJson
    }
}

impl ProtocolError {
    /// The error with this number; an unknown number is [`ProtocolError::BadPayload`].
    #[must_use]
    pub fn from_code(code: u8) -> ProtocolError {
        match code {
            5 => ProtocolError::BadJson,
            10 => ProtocolError::BadPlaceholder,
            19 => ProtocolError::BadBase64,
            _ => ProtocolError::BadPayload,
        }
    }
}

/// What went wrong with a connection or a namespace, as a number with a stable meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The engine did not open within the manager's `timeout`.
    Timeout,
    /// A transport failed; the host's description is the detail.
    Transport,
    /// No transport of the list can be used here.
    NoTransports,
    /// The server's first answer is no Engine.IO handshake at all.
    NotSocketio,
    /// The handshake broke the protocol.
    Handshake(ProtocolError),
    /// A packet broke the protocol.
    Protocol(ProtocolError),
    /// The server refused the namespace (CONNECT_ERROR); its payload is the detail.
    Denied,
    /// The server did not answer CONNECT in time.
    NamespaceTimeout,
    /// The app's `auth` failed; its error is the detail.
    Auth,
    /// The server speaks Socket.IO 2.
    ServerV2,
    /// The server sent more than is taken.
    TooLarge,
    /// The browser says that the network is gone.
    NetworkLost,
}

impl ErrorCode {
    /// The number that crosses the boundary.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            ErrorCode::Timeout => 1,
            ErrorCode::Transport => 2,
            ErrorCode::NoTransports => 3,
            ErrorCode::NotSocketio => 4,
            ErrorCode::Handshake(_) => 5,
            ErrorCode::Protocol(_) => 6,
            ErrorCode::Denied => 7,
            ErrorCode::NamespaceTimeout => 8,
            ErrorCode::Auth => 9,
            ErrorCode::ServerV2 => 10,
            ErrorCode::TooLarge => 11,
            ErrorCode::NetworkLost => 12,
        }
    }

    /// Which rule of the protocol was broken, as a number; 0 if none.
    #[must_use]
    pub fn rule(self) -> u8 {
        match self {
            ErrorCode::Handshake(error) | ErrorCode::Protocol(error) => error as u8,
            ErrorCode::Timeout
            | ErrorCode::Transport
            | ErrorCode::NoTransports
            | ErrorCode::NotSocketio
            | ErrorCode::Denied
            | ErrorCode::NamespaceTimeout
            | ErrorCode::Auth
            | ErrorCode::ServerV2
            | ErrorCode::TooLarge
            | ErrorCode::NetworkLost => 0,
        }
    }
}

/// One failure, with what the host knows of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause<P> {
    /// What happened.
    pub code: ErrorCode,
    /// The frame, text or host error that shows it.
    pub detail: Option<P>,
}

impl<P> Cause<P> {
    /// A failure of which nothing more is known.
    #[must_use]
    pub fn new(code: ErrorCode) -> Cause<P> {
        Cause { code, detail: None }
    }
}

/// Why a connection ended; the names are the official client's.
///
/// The discriminants are stable: they cross the boundary to hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum DisconnectReason {
    /// "io server disconnect": the server made this socket leave.
    ServerDisconnect = 0,
    /// "io client disconnect": the app did.
    ClientDisconnect = 1,
    /// "ping timeout": the server's ping did not come in time.
    PingTimeout = 2,
    /// "transport close": the connection was closed.
    TransportClose = 3,
    /// "transport error": the connection failed.
    TransportError = 4,
    /// "parse error": the server broke the protocol.
    ParseError = 5,
    /// "forced close": the app closed the manager.
    ForcedClose = 6,
}
