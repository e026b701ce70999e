/**
 * The page of one measurement. It is told what to do by its URL and speaks to the benchmark by plain requests: no debugger is
 * attached to it, because an attached one makes the browser report every frame.
 */
const task = JSON.parse(new URLSearchParams(location.search).get("task"));

async function report(kind, body) {
  const response = await fetch(`/control/${kind}?page=${task.id}`, { method: "POST", body: body && JSON.stringify(body) });
  return response.json();
}

function fail(error) {
  void report("fail", { error: error?.stack ?? String(error) });
}

addEventListener("error", ({ message, error }) => fail(error ?? message));
addEventListener("unhandledrejection", ({ reason }) => fail(reason));

/**
 * Warms up, then runs a slice of events whenever the benchmark gives this page its turn.
 * @param {(events: number) => Promise<void>} run resolves when that many events are wholly processed
 * @returns {Promise<number>} milliseconds that the slices took
 */
async function measure(run) {
  for (let slice = 0; slice < WARMUP_SLICES; slice++) await run(task.warmup);
  // Optimised code is made on another thread: a pause lets it arrive.
  await new Promise((resolve) => setTimeout(resolve, 30));
  await run(task.warmup);
  gc();
  let wall = 0;
  for (;;) {
    const { events, finish } = await report("pause");
    if (finish) return wall;
    if (events === 0) continue;
    const begin = performance.now();
    await run(events);
    wall += performance.now() - begin;
  }
}

const WARMUP_SLICES = 2;

const { prepare, ...runs } = await import(`/page/${task.group}.js`);
prepare?.();
// After prepare, because a client may look at the page's WebSocket when its module loads.
const { io } = await import(`/client/${task.client}.js`);
await report("result", await runs[task.run](io, task.options, measure));
