import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Alarm, now } from "./clock.js";

let start = 0;

beforeEach(() => {
  vi.useFakeTimers({ now: (start += 1e9) });
});

afterEach(() => {
  vi.useRealTimers();
});

it("never goes back, and counts on from where it was", () => {
  const before = now();
  vi.setSystemTime(start - 5000);
  expect(now()).toBe(before);
  vi.setSystemTime(start - 4000);
  expect(now()).toBe(before + 1000);
});

it("counts the time that the machine slept", () => {
  const before = now();
  vi.setSystemTime(start + 1e6);
  expect(now() - before).toBe(1e6);
});

it("rings when the deadline has passed, not when a timer came early", () => {
  const ring = vi.fn();
  const alarm = new Alarm(ring, false);
  alarm.deadline = now() + 100;
  vi.setSystemTime(Date.now() - 50);
  vi.advanceTimersByTime(100);
  expect(ring).not.toHaveBeenCalled();
  vi.advanceTimersByTime(50);
  expect(ring).toHaveBeenCalledOnce();
  expect([alarm.deadline, vi.getTimerCount()]).toEqual([Infinity, 0]);
});

it("waits longer than a timer can", () => {
  const ring = vi.fn();
  const alarm = new Alarm(ring, false);
  alarm.deadline = now() + 2 ** 32;
  vi.advanceTimersByTime(2 ** 32 - 1);
  expect(ring).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(ring).toHaveBeenCalledOnce();
});

it("may be set again while it rings", () => {
  const alarm: Alarm = new Alarm(() => (alarm.deadline = now() + 10), false);
  alarm.deadline = now();
  vi.advanceTimersByTime(0);
  expect(vi.getTimerCount()).toBe(1);
  alarm.deadline = Infinity;
  expect(vi.getTimerCount()).toBe(0);
});

it("uses the page's original timers when told to", async () => {
  let rang = false;
  const alarm = new Alarm(() => (rang = true), true);
  alarm.deadline = now();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  await vi.waitFor(() => expect(rang).toBe(true));
});

it("rings soon after a sleep that the timers did not count, once it is renewed", () => {
  const ring = vi.fn();
  const alarm = new Alarm(ring, false);
  alarm.deadline = now() + 1000;
  vi.setSystemTime(Date.now() + 5000);
  alarm.renew();
  expect(ring).not.toHaveBeenCalled();
  vi.advanceTimersByTime(0);
  expect(ring).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

it("does not wait for a timer that did not count a sleep when it gets a later deadline", () => {
  const ring = vi.fn();
  const alarm = new Alarm(ring, false);
  alarm.deadline = now() + 1000;
  vi.setSystemTime(Date.now() + 5000);
  alarm.deadline = now() + 50;
  vi.advanceTimersByTime(50);
  expect(ring).toHaveBeenCalledOnce();
});

it("has nothing to renew without a deadline", () => {
  const alarm = new Alarm(vi.fn(), false);
  alarm.renew();
  expect([alarm.deadline, vi.getTimerCount()]).toEqual([Infinity, 0]);
});
