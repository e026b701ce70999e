const nativeSetTimeout = globalThis.setTimeout;
const nativeClearTimeout = globalThis.clearTimeout;

/** The longest delay that `setTimeout` takes, in milliseconds. */
const LONGEST = 0x7fffffff;

/** The latest time, and by how much the wall clock is behind it. An array, because a variable would allocate at each change. */
const clock = new Float64Array(2);

/**
 * Milliseconds on a clock that never goes back and counts the time the machine slept: the wall clock, whose jumps
 * backwards are left out.
 */
export function now(): number {
  const time = Date.now() + clock[1]!;
  if (time < clock[0]!) clock[1]! += clock[0]! - time;
  else clock[0] = time;
  return clock[0]!;
}

/** One timer: rings once when its deadline has passed. The page's `setTimeout` is looked up at each use, so that it can be mocked. */
export class Alarm {
  readonly #ring: () => void;
  readonly #native: boolean;
  #deadline = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the page's timer fires; `Infinity`: there is none. */
  #fires = Infinity;

  /** `native`: use the timers that the page had when this module was loaded. */
  constructor(ring: () => void, native: boolean) {
    this.#ring = ring;
    this.#native = native;
  }

  /** When it will ring, in the time of `now()`; `Infinity` = never. */
  get deadline(): number {
    return this.#deadline;
  }

  set deadline(deadline: number) {
    this.#deadline = deadline;
    // A timer that fires too early looks again: deadlines are moved later far more often than they are met. One that should
    // have fired did not count the time that the machine slept.
    if (clock[0]! < this.#fires && this.#fires <= deadline && deadline < Infinity) return;
    (this.#native ? nativeClearTimeout : clearTimeout)(this.#timer);
    this.#fires = deadline;
    if (deadline < Infinity) {
      const fired = (): void => {
        const early = now() < this.#deadline;
        this.#fires = Infinity;
        this.deadline = early ? this.#deadline : Infinity;
        if (!early) this.#ring();
      };
      this.#timer = (this.#native ? nativeSetTimeout : setTimeout)(fired, Math.min(Math.ceil(deadline - now()), LONGEST));
    }
  }

  /** The browser's timers do not count the time that the machine slept: a deadline that passed meanwhile rings soon. */
  renew(): void {
    this.#fires = Infinity;
    this.deadline = this.#deadline;
  }
}

/** Resolves after so many milliseconds: 0 is once the page has had its turn. */
export function pause(millis = 0): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
