import { afterEach, describe, expect, it, vi } from "vitest";

import { Emitter } from "./emitter.js";
import type { DefaultEventsMap } from "./types.js";

const emitter = (): Emitter<DefaultEventsMap, DefaultEventsMap> => new Emitter();

/** What `emit` lets through as uncaught errors. */
function uncaught(): unknown[] {
  const errors: unknown[] = [];
  vi.stubGlobal("queueMicrotask", (task: () => void) => {
    try {
      task();
    } catch (error) {
      errors.push(error);
    }
  });
  return errors;
}

afterEach(() => vi.unstubAllGlobals());

describe("Emitter", () => {
  it("calls listeners in the order they were added, with all arguments and itself as `this`", () => {
    const e = emitter();
    const calls: unknown[] = [];
    for (const count of [0, 1, 2, 3, 4]) {
      e.on("x", function (this: unknown, ...args: unknown[]) {
        calls.push([count, this === e, ...args]);
      });
    }
    e.emit("x", "a", "b", "c", "d");
    expect(calls).toEqual([0, 1, 2, 3, 4].map((count) => [count, true, "a", "b", "c", "d"]));
  });

  it("passes any number of arguments", () => {
    const e = emitter();
    const listener = vi.fn();
    e.on("x", listener);
    for (let n = 0; n < 6; n++) e.emit("x", ...Array.from({ length: n }, (_, i) => i));
    expect(listener.mock.calls).toEqual([[], [0], [0, 1], [0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3, 4]]);
  });

  it("calls the listeners that were there when the event began, whatever they add or remove", () => {
    const e = emitter();
    const calls: string[] = [];
    const second = (): void => void calls.push("second");
    e.on("x", () => {
      calls.push("first");
      e.off("x", second);
      e.on("x", () => calls.push("third"));
    });
    e.on("x", second);
    e.emit("x");
    expect(calls).toEqual(["first", "second"]);
    e.off("x").emit("x");
    expect(calls).toEqual(["first", "second"]);
  });

  it("gives the list itself, which the app may change also while it is being called", () => {
    const e = emitter();
    const calls: string[] = [];
    e.on("x", () => {
      calls.push("first");
      e.listeners("x").push(() => calls.push("third"));
      e.listeners("x").splice(1, 1);
    });
    e.on("x", () => void calls.push("second"));
    e.emit("x");
    expect(calls).toEqual(["first", "second"]);
    e.emit("x");
    expect(calls).toEqual(["first", "second", "first", "third"]);
    e.listeners("x").length = 0;
    expect(e.hasListeners("x")).toBe(false);
  });

  it("goes on after a listener that throws, and surfaces the error as uncaught", () => {
    const errors = uncaught();
    const e = emitter();
    const after = vi.fn();
    const error = new Error("mine");
    e.on("x", () => {
      throw error;
    });
    e.on("x", after);
    e.emit("x");
    expect(after).toHaveBeenCalledOnce();
    expect(errors).toEqual([error]);
  });

  it("calls a `once` listener once, also when it emits the event itself", () => {
    const e = emitter();
    const listener = vi.fn(() => void e.emit("x"));
    e.once("x", listener);
    e.emit("x");
    e.emit("x");
    expect(listener).toHaveBeenCalledOnce();
  });

  it("removes a `once` listener by the function that was given", () => {
    const e = emitter();
    const listener = vi.fn();
    e.once("x", listener).off("x", listener).emit("x");
    expect(listener).not.toHaveBeenCalled();
    expect(e.hasListeners("x")).toBe(false);
  });

  it("removes one of two equal listeners", () => {
    const e = emitter();
    const listener = vi.fn();
    e.on("x", listener).on("x", listener).off("x", listener).emit("x");
    expect(listener).toHaveBeenCalledOnce();
  });

  it("removes nothing when the listener to remove is undefined by mistake", () => {
    const e = emitter();
    const listener = vi.fn();
    e.on("x", listener);
    e.off("x", undefined);
    expect(e.listeners("x")).toEqual([listener]);
  });

  it("removes everything without arguments", () => {
    const e = emitter();
    e.on("x", () => {}).on("y", () => {});
    e.removeAllListeners();
    expect([e.hasListeners("x"), e.hasListeners("y"), e.listeners("x")]).toEqual([false, false, []]);
  });

  it("takes a number and its text for the same name", () => {
    const e = emitter();
    const listener = vi.fn();
    e.on("1", listener);
    e.emit(1 as unknown as string, "a");
    expect(listener).toHaveBeenCalledWith("a");
  });

  it("keeps names like those of Object.prototype apart", () => {
    const e = emitter();
    e.emit("__proto__");
    e.emit("constructor");
    const listener = vi.fn();
    e.on("__proto__", listener).emit("__proto__");
    expect(listener).toHaveBeenCalledOnce();
  });

  it("has the further names of the same methods", () => {
    const e = emitter();
    const listener = vi.fn();
    e.addEventListener("x", listener).emit("x");
    e.removeListener("x", listener).emit("x");
    e.addEventListener("x", listener).removeEventListener("x", listener).emit("x");
    expect(listener).toHaveBeenCalledOnce();
  });
});
