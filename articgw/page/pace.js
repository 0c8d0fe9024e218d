/* Which frames of a camera pass at so many a second: evenly by their time stamps, not in bursts. */

const SLACK_US = 10_000; // cameras jitter; a third of a frame at 30 a second

export class Pace {
  paused = false;
  #fps;
  #fresh = false;
  #last = -Infinity;
  #next = -Infinity;

  constructor(fps) {
    this.#fps = fps;
  }

  get fps() {
    return this.#fps;
  }

  /** From the last frame on, not only from the next. */
  set fps(fps) {
    this.#fps = fps;
    this.#next = this.#last + 1e6 / fps;
  }

  /** The next frame passes, whatever else holds. */
  freshen() {
    this.#fresh = true;
  }

  /** Does the frame with this time stamp (microseconds) pass? Asked once for each frame, in order. */
  passes(time) {
    const interval = 1e6 / this.#fps;
    const back = time < this.#last; // another camera
    const due = back || time >= this.#next - Math.min(SLACK_US, interval / 4);
    if (!this.#fresh && (this.paused || !due)) return false;
    const start = this.#fresh || back ? time : Math.max(this.#next, time - interval / 2);
    this.#next = start + interval;
    this.#last = time;
    this.#fresh = false;
    return true;
  }
}
