/** Resolves in a new task: everything that was queued as a microtask before has run by then. */
export function turn() {
  return new Promise((resolve) => {
    pending = resolve;
    channel.port2.postMessage(null);
  });
}

/** Lets tasks pass until `condition` holds. */
export async function until(condition) {
  const deadline = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${condition}`);
    await turn();
  }
}

const PATIENCE_MS = 20_000;
const channel = new MessageChannel();
let pending = () => {};
// Without a clamp on nested calls, unlike setTimeout.
channel.port1.onmessage = () => pending();
