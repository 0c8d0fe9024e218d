/* One question and what comes back: its pieces while they come, then the whole.
 *
 *     for await (const piece of answer) show(piece);
 *     const { text, regions, readability } = await answer.whole;
 *
 * A question that fails throws a CallError in both places. Leaving the loop early cancels it.
 */

import { CallError } from "/page/call-error.js";

export class Answer {
  /** Name of the question, in every message about it. */
  id;
  /** Promise of the gateway's `answer.done`. */
  whole;
  #pieces = [];
  #open = true;
  #onCancel;
  #settle;
  #news;
  #ring;

  constructor(id, onCancel) {
    this.id = id;
    this.#onCancel = onCancel;
    this.whole = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.whole.catch(() => {}); // who only iterates is told there
    this.#listen();
  }

  /** The rest is not wanted; ends with the error `cancelled`. */
  cancel() {
    if (this.#open) this.#onCancel();
  }

  async *[Symbol.asyncIterator]() {
    try {
      for (let next = 0; next < this.#pieces.length || this.#open; ) {
        if (next < this.#pieces.length) yield this.#pieces[next++];
        else await this.#news;
      }
      await this.whole;
    } finally {
      this.cancel();
    }
  }

  /** For the call: the next piece. */
  grow(piece) {
    this.#pieces.push(piece);
    this.#tell();
  }

  /** For the call: that was all. */
  finish(done) {
    this.#settle.resolve(done);
    this.#close();
  }

  /** For the call: there will be no answer. */
  fail({ code, message, retry_after_s: retryAfterS = null }) {
    this.#settle.reject(new CallError(code, message, { id: this.id, retryAfterS }));
    this.#close();
  }

  #close() {
    this.#open = false;
    this.#tell();
  }

  #tell() {
    this.#ring();
    this.#listen();
  }

  #listen() {
    this.#news = new Promise((resolve) => (this.#ring = resolve));
  }
}
