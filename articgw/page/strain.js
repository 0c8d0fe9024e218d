/* Does the work on each frame keep up? If not, it rests for a while and is then tried again.
 *
 * Pure: times are arguments, ms.
 */

const FRAMES = 30;
const PART = 0.95; // of them must be in time: a hiccup is none of our business
const REST_MS = 10_000;

export class Strain {
  #took = [];
  #restsUntil = -Infinity;

  /** True while the work should be left alone. */
  rests(now) {
    return now < this.#restsUntil;
  }

  /** A frame took so long, and the next one is due `intervalMs` after it. */
  note(tookMs, intervalMs, now) {
    this.#took = [...this.#took, tookMs].slice(-FRAMES);
    if (this.#took.length === FRAMES && quantile(this.#took, PART) > intervalMs) this.rest(now);
  }

  /** Begin to rest. */
  rest(now) {
    this.#took = [];
    this.#restsUntil = now + REST_MS;
  }
}

function quantile(values, part) {
  return values.toSorted((a, b) => a - b)[Math.ceil(part * values.length) - 1];
}
