// What no tool has an option for, done in the module's text form between wasm-bindgen and wasm-opt.

/** What only panics use. Ours print nothing, but the compiler keeps the code and data that would make their messages. */
const panicking = ["__rdl_alloc_error_handler", "handle_alloc_error", "capacity_overflow", "panicking::panic_fmt", "panicking::panic_nounwind_fmt"];
const messages = [String.raw`/rustc/[\w/.-]+\.rs`, String.raw`memory allocation of \\c0\\r bytes failed`, "capacity overflow", String.raw`0001020304\d{190}`];

/** The module's exports and imports in the order of their names in js/host/abi.ts, which are the letters from a on. */
export const exported = ["buffers", "create", "destroy", "configure", "socket", "active", "buffered", "queue_length", "input", "frame", "handshake", "emit", "acknowledge", "unframe", "enframe", "buffered_amount"];
export const imported = ["release", "duplicate", "byte_length", "attach", "attachment", "record", "event", "timer", "find"];

/** The short name of an export or an import; another one's own. */
function short(name, among, first) {
  const at = among.indexOf(name);
  return at < 0 ? name : String.fromCharCode(97 + first + at);
}

/**
 * The module as it is shipped: exports and imports by short names (they would stand in full in the module and in the script), the
 * imports from a module `host`; nothing of wasm-bindgen's own; a panic traps at once. Function names must still be in the text.
 */
export function tidied(text) {
  return text
    .replace(/\(import "[^"]*" "__wbg_(\w+)_[0-9a-f]{16}"/g, (_, name) => `(import "host" "${short(name, imported, exported.length)}"`)
    .replace(/^ \(export "__\w+".*\n/gm, "")
    .replace(/^ \(export "(\w+)"/gm, (_, name) => ` (export "${short(name, exported, 0)}"`)
    .replace(new RegExp(String.raw`^( \(func \$"?\S*(?:${panicking.join("|")})\S*(?: \(param [^)]*\))*)(?: \(local [^)]*\))*\n(?:  .*\n)* \)`, "gm"), "$1\n  (unreachable)\n )")
    .replace(new RegExp(messages.join("|"), "g"), blank);
}

/** As many zeros: data keeps its place. */
function blank(message) {
  const bytes = message.replace(/\\([0-9a-f]{2}|.)/g, "x").length;
  return String.raw`\00`.repeat(bytes);
}
