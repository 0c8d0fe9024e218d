/* Boxes of what is in view, over the live picture, while the gateway sends them.
 *
 * They are of a frame that is `age_ms` old, which the picture has left behind: they fade with their
 * age, and are gone when none come any more.
 */

import { drawRegions } from "/page/regions.js";

const INK = "#7fd1ff";
const LIFE_MS = 1000;

export class ObjectOverlay {
  #canvas;
  #video;
  #boxes = [];
  #since = 0;
  #running = 0;

  constructor(canvas, video) {
    this.#canvas = canvas;
    this.#video = video;
    new ResizeObserver(() => this.#paint()).observe(canvas);
  }

  /** An `objects` message. */
  show({ boxes, age_ms, late }) {
    this.#boxes = boxes;
    this.#since = performance.now() - age_ms;
    this.#canvas.dataset.late = late;
    this.#paint();
  }

  clear() {
    this.show({ boxes: [], age_ms: 0, late: false });
  }

  #paint() {
    cancelAnimationFrame(this.#running);
    const alpha = Math.max(0, 1 - (performance.now() - this.#since) / LIFE_MS);
    if (alpha === 0) this.#boxes = [];
    this.#canvas.dataset.objects = this.#boxes.length;
    const { videoWidth, videoHeight } = this.#video;
    drawRegions(this.#canvas, this.#boxes, { width: videoWidth, height: videoHeight }, alpha, INK);
    if (this.#boxes.length) this.#running = requestAnimationFrame(() => this.#paint());
  }
}
