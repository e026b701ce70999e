//! Outputs for the app as lines, so that a test states a whole conversation.

use ferrio::error::{Cause, DisconnectReason};
use ferrio::payload::Content;
use ferrio::socketio::{Manager, Output, SocketId};

use super::data::Data;
use super::wire::kind_name;

/// One line for an output that is no command to a transport.
pub fn line(output: &Output<Data>, manager: &Manager<Data>) -> String {
    let name = |socket: &SocketId| String::from_utf16_lossy(manager.namespace(*socket));
    match output {
        Output::Transport(command) => format!("{command:?}"),
        Output::ReadHandshake { .. } => "read handshake".to_owned(),
        Output::ReadConnect { .. } => "read connect".to_owned(),
        Output::Engine(kind) => format!("engine {}", kind_name(*kind)),
        Output::Handshake { .. } => "handshake".to_owned(),
        Output::EngineClosed(reason) => format!("engine closed: {}", reason_name(*reason)),
        Output::Ping => "ping".to_owned(),
        Output::Upgrading(kind) => format!("upgrading {}", kind_name(*kind)),
        Output::Upgraded(kind) => format!("upgraded {}", kind_name(*kind)),
        Output::UpgradeFailed(detail) => format!("upgrade failed{}", after_colon(detail.as_ref())),
        Output::Cause(cause) => format!("cause {}", cause_name(cause, 0)),
        Output::Opened => "opened".to_owned(),
        Output::Closed(reason) => format!("closed: {}", reason_name(*reason)),
        Output::Error => "error".to_owned(),
        Output::Waiting { attempt, delay } => format!("waiting {attempt}: {delay} ms"),
        Output::ReconnectAttempt(attempt) => format!("reconnect attempt {attempt}"),
        Output::Reconnected(attempt) => format!("reconnected {attempt}"),
        Output::ReconnectError => "reconnect error".to_owned(),
        Output::ReconnectFailed => "reconnect failed".to_owned(),
        Output::AuthWanted { socket, attempt } => format!("auth {} {attempt}", name(socket)),
        Output::Connected { socket, frame, json, recovered } => {
            format!("connected {} {}{}", name(socket), frame.cut_at(*json), if *recovered { " recovered" } else { "" })
        }
        Output::Connect(socket) => format!("connect {}", name(socket)),
        Output::ConnectError { socket, cause, json, retry_in } => {
            let cause = cause.as_ref().map_or("cause above".to_owned(), |cause| cause_name(cause, *json));
            let retry = retry_in.map_or(String::new(), |millis| format!(", retry in {millis} ms"));
            format!("connect error {} {cause}{retry}", name(socket))
        }
        Output::Disconnected { socket, reason, has_cause } => {
            let cause = if *has_cause { ", cause above" } else { "" };
            format!("disconnect {} {}{cause}", name(socket), reason_name(*reason))
        }
        Output::Event { socket, content, json, ack } => {
            let ack = ack.map_or(String::new(), |id| format!(" wants ack {id}"));
            format!("event {} {}{ack}", name(socket), content_text(content, *json))
        }
        Output::Ack { socket, token, content, json } => {
            format!("ack {} for {token}: {}", name(socket), content_text(content, *json))
        }
        Output::Dropped { socket, token, content, reason, size } => {
            let token = token.map_or(String::new(), |token| format!(" for {token}"));
            format!("dropped {} {content} of {size} bytes{token}: {reason:?}", name(socket))
        }
        Output::AckFailed { socket, token, failure } => format!("ack {} for {token} failed: {failure:?}", name(socket)),
    }
}

/// The official client's words.
fn reason_name(reason: DisconnectReason) -> &'static str {
    match reason {
        DisconnectReason::ServerDisconnect => "io server disconnect",
        DisconnectReason::ClientDisconnect => "io client disconnect",
        DisconnectReason::PingTimeout => "ping timeout",
        DisconnectReason::TransportClose => "transport close",
        DisconnectReason::TransportError => "transport error",
        DisconnectReason::ParseError => "parse error",
        DisconnectReason::ForcedClose => "forced close",
    }
}

fn cause_name(cause: &Cause<Data>, start: usize) -> String {
    let detail = cause.detail.as_ref().map(|detail| Data::Text(detail.cut_at(start)));
    format!("{:?}{}", cause.code, after_colon(detail.as_ref()))
}

fn after_colon(detail: Option<&Data>) -> String {
    detail.map_or(String::new(), |detail| format!(": {detail}"))
}

fn content_text(content: &Content<Data>, json: usize) -> String {
    let attachments = content.text.attachments();
    assert_eq!(attachments.len(), content.attachments as usize);
    let attachments: String = attachments.iter().map(|attachment| format!(" {attachment}")).collect();
    format!("{}{attachments}", content.text.cut_at(json))
}
