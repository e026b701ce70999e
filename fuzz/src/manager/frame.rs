//! What a server may send: what means something at this moment, what meant something before, and what never does.

use ferrio::config::MAX_HEADER;

use crate::input::Input;
use crate::text::units;

/// The namespaces that sockets may have: one that makes a header too long to be cut, and one that makes it too long.
#[must_use]
pub fn namespace(number: usize) -> String {
    match number {
        0 => "/".to_owned(),
        1 => "/a".to_owned(),
        2 => "/é😀".to_owned(),
        3 => format!("/{}", "long".repeat(20)),
        4 => format!("/[\"{{{}", "x".repeat(3)),
        _ => format!("/{}", "x".repeat(MAX_HEADER)),
    }
}

/// How many [`namespace`]s there are.
pub const NAMESPACES: usize = 6;

/// One text frame. `acks`: ids that the client asked for lately.
pub fn any(input: &mut Input<'_>, acks: &[u64]) -> Vec<u16> {
    let text = match input.below(12) {
        0 => handshake(input),
        1 | 2 => input.pick(&FIXED).to_owned(),
        3 | 4 => format!("40{}{}", to(input), input.pick(&JOINED)),
        5 | 6 => {
            let (kind, ack) = (attached(input, "2", "5"), if input.flag() { input.pick(&IDS) } else { "" });
            format!(
                "4{kind}{}{ack}{}",
                to(input),
                input.pick(&["[\"e\"]", "[]", "[\"e\",{\"_placeholder\":true,\"num\":0}]"])
            )
        }
        7 | 8 => {
            let kind = attached(input, "3", "6");
            let known = acks.get(input.below(acks.len().max(1))).map(u64::to_string);
            let id = known.filter(|_| !input.once_in(4)).unwrap_or_else(|| input.pick(&IDS).to_owned());
            format!("4{kind}{}{id}[\"ok\"]", to(input))
        }
        9 => format!("41{}", to(input)),
        10 => format!("44{}{}", to(input), input.pick(&[r#"{"message":"no"}"#, r#""no""#, "", "null"])),
        _ => return units(input.bytes(40)),
    };
    text.encode_utf16().collect()
}

/// A handshake that is right, or nearly.
pub fn handshake(input: &mut Input<'_>) -> String {
    let upgrades = input.pick(&[r#""websocket""#, "", r#""webtransport","websocket""#, r#""webtransport""#, "7"]);
    let interval = input.pick(&["300", "25000", "2000", "2147483647", "0", "-1"]);
    let timeout = input.pick(&["200", "20000", "2147483647", "1e9", "null"]);
    let max = input.pick(&[
        "",
        r#","maxPayload":64"#,
        r#","maxPayload":1"#,
        r#","maxPayload":1000000"#,
        r#","maxPayload":0"#,
    ]);
    format!(r#"0{{"sid":"e","upgrades":[{upgrades}],"pingInterval":{interval},"pingTimeout":{timeout}{max}}}"#)
}

fn attached(input: &mut Input<'_>, without: &str, with: &str) -> String {
    let count = if input.flag() { 0 } else { input.below(5) };
    if count == 0 { without.to_owned() } else { format!("{with}{count}-") }
}

fn to(input: &mut Input<'_>) -> String {
    let number = input.below(4 * NAMESPACES);
    let namespace = namespace(if number < NAMESPACES { number } else { number % 3 });
    if namespace == "/" { String::new() } else { format!("{namespace},") }
}

const IDS: [&str; 6] = ["0", "1", "7", "007", "9007199254740991", "9007199254740992"];
const JOINED: [&str; 7] =
    [r#"{"sid":"s"}"#, r#"{"sid":"s","pid":"p"}"#, r#"{"sid":"t","pid":"q"}"#, "", "{}", r#"{"sid":""}"#, "[1"];
const FIXED: [&str; 16] =
    ["2", "3probe", "6", "1", "3", "5", "", "x", "bAQ==", "b", "4", "42", "4511-[]", "47", "2probe", r#"0{"sid":1}"#];
