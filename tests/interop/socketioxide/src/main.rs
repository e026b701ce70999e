//! The test contract (see ../../behaviour.test.ts) on socketioxide with axum.
//!
//! ```text
//! ferrio-interop-socketioxide '{ "port": 0, "origins": ["http://…"], … }'
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use rmpv::Value;
use serde::Deserialize;
use socketioxide::extract::{AckSender, Data, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use socketioxide::socket::DisconnectReason;
use socketioxide::{ParserConfig, SocketIo};
use tokio::net::TcpListener;
use tower_http::cors::{AllowOrigin, CorsLayer};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    port: u16,
    origins: Vec<String>,
    ping_interval: Option<u64>,
    ping_timeout: Option<u64>,
    #[serde(default)]
    msgpack: bool,
}

/// Why a socket left, by its id.
static LEFT: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());

/// socketioxide runs every handler in a task of its own: one thread, or events would overtake each other.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let argument = std::env::args().nth(1).ok_or("settings are missing")?;
    let settings: Settings = serde_json::from_str(&argument)?;

    // 100 KB by default, which the contract's large values do not fit into.
    let mut builder = SocketIo::builder().max_payload(1_000_000);
    if let Some(interval) = settings.ping_interval {
        builder = builder.ping_interval(Duration::from_millis(interval));
    }
    if let Some(timeout) = settings.ping_timeout {
        builder = builder.ping_timeout(Duration::from_millis(timeout));
    }
    if settings.msgpack {
        builder = builder.with_parser(ParserConfig::msgpack());
    }
    let (layer, io) = builder.build_layer();
    io.ns("/", attend);
    io.ns("/custom", attend);
    io.ns("/auth", attend.with(guard));

    let mut origins = Vec::new();
    for origin in settings.origins {
        origins.push(origin.parse()?);
    }
    let cors = CorsLayer::new().allow_origin(AllowOrigin::list(origins));
    let listener = TcpListener::bind(("127.0.0.1", settings.port)).await?;
    println!("listening {}", listener.local_addr()?.port());
    axum::serve(listener, Router::new().layer(layer).layer(cors)).await?;
    Ok(())
}

/// A refusal is a text here: socketioxide has no data beside it.
async fn guard(TryData(auth): TryData<serde_json::Value>) -> Result<(), &'static str> {
    match auth {
        Ok(auth) if auth["token"] == "good" => Ok(()),
        _ => Err("not authorized"),
    }
}

async fn attend(socket: SocketRef, TryData(auth): TryData<Value>) {
    socket.on("echo", async |socket: SocketRef, Data::<Value>(value)| {
        socket.emit("echo", &(value,)).ok();
    });
    socket.on("swap", async |Data::<(Value, Value, Value)>((a, b, c)), ack: AckSender| {
        ack.send(&(c, b, a)).ok();
    });
    socket.on("ask", async |socket: SocketRef, Data::<Value>(value)| {
        let Ok(question) = socket.emit_with_ack::<_, (Value, Value)>("question", &(value, "and", 3)) else {
            return;
        };
        if let Ok(answer) = question.await {
            socket.emit("answer", &answer).ok();
        }
    });
    socket.on("count", async |socket: SocketRef, Data::<u32>(n)| {
        for i in 0..n {
            socket.emit("n", &i).ok();
        }
    });
    socket.on("kick", async |socket: SocketRef| {
        socket.disconnect().ok();
    });
    socket.on("seen", async |Data::<String>(id), ack: AckSender| {
        let reason = LEFT.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        ack.send(&reason).ok();
    });
    socket.on_disconnect(async |socket: SocketRef, reason: DisconnectReason| {
        LEFT.lock().unwrap_or_else(PoisonError::into_inner).insert(socket.id.to_string(), reason.to_string());
    });
    socket.emit("welcome", &(auth.unwrap_or(Value::Nil),)).ok();
}
