// Imported where there is no browser: nothing may happen, and nothing may keep the process alive.
const before = Object.keys(globalThis).length;
const { io, Manager, Socket } = await import("ferrio");
await import("ferrio/slim");
await import("ferrio/msgpack");
const kinds = [io, Manager, Socket].map((value) => typeof value).join();
console.log(`${kinds} ${Object.keys(globalThis).length - before} ${process.getActiveResourcesInfo().filter((name) => /Timeout|TCP/.test(name)).length}`);
