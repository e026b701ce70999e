// What no tool has an option for, done in the module's text form between wasm-bindgen and wasm-opt.

/** What only panics use. Ours print nothing, but the compiler keeps the code and data that would make their messages. */
const panicking = ["__rdl_alloc_error_handler", "handle_alloc_error", "capacity_overflow", "panicking::panic_fmt", "panicking::panic_nounwind_fmt"];
const messages = [String.raw`/rustc/[\w/.-]+\.rs`, String.raw`memory allocation of \\c0\\r bytes failed`, "capacity overflow", String.raw`0001020304\d{190}`];

/**
 * The module as it is shipped: imports are called by their own names instead of wasm-bindgen's, from a module `host`; of
 * its exports only ours stay; a panic traps at once. Function names must still be in the text.
 */
export function tidied(text) {
  return text
    .replace(/\(import "[^"]*" "__wbg_(\w+)_[0-9a-f]{16}"/g, '(import "host" "$1"')
    .replace(/^ \(export "__\w+".*\n/gm, "")
    .replace(new RegExp(String.raw`^( \(func \$"?\S*(?:${panicking.join("|")})\S*(?: \(param [^)]*\))*)(?: \(local [^)]*\))*\n(?:  .*\n)* \)`, "gm"), "$1\n  (unreachable)\n )")
    .replace(new RegExp(messages.join("|"), "g"), blank);
}

/** As many zeros: data keeps its place. */
function blank(message) {
  const bytes = message.replace(/\\([0-9a-f]{2}|.)/g, "x").length;
  return String.raw`\00`.repeat(bytes);
}
