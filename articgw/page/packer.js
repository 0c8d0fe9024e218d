/* What becomes of each frame: packed while a region lives and the machine keeps up, else left whole. */

import { PackCanvas } from "/page/pack-canvas.js";
import { PackPlanes } from "/page/pack-planes.js";
import { plan } from "/page/packing.js";
import { Strain } from "/page/strain.js";

const PRACTICE = 4; // frames; the first ones take 30 times as long as those that follow
const MIDDLE = { box: [0.45, 0.45, 0.55, 0.55], priority: 1 };

export class Packer {
  /** Was the last picture packed, or will the next one be? */
  packs = false;
  #planes = new PackPlanes();
  #canvas = new PackCanvas();
  #strain = new Strain();
  #regions = [];
  #cameraPx = [0, 0];
  #last = null;
  #practised = 0;

  /** Pack around these regions of a steer that has just come; none: send whole frames. True where the next
   *  picture has another window than the last one. */
  aim(regions) {
    const now = performance.now();
    const before = this.#last;
    this.#regions = regions.map(({ box, priority, ttl_s }) => ({ box, priority, until: now + 1000 * ttl_s }));
    const next = this.#plan(now);
    return next !== null && next !== before;
  }

  /** The picture to send for this frame, or the frame itself; the next is due after `intervalMs`.
   *
   * The caller closes both. */
  async picture(frame, intervalMs) {
    const start = performance.now();
    this.#cameraPx = [frame.displayWidth, frame.displayHeight];
    const layout = this.#plan(start);
    if (!layout) return frame;
    try {
      const packed = await (PackPlanes.takes(frame) ? this.#planes : this.#canvas).draw(frame, layout);
      const end = performance.now();
      this.#strain.note(end - start, intervalMs, end);
      return packed;
    } catch {
      this.#strain.rest(performance.now());
      this.packs = false;
      return frame; // always right
    }
  }

  /** Pack a frame that nobody gets, the first few times: the browser compiles what it sees run often, and
   *  a question should not wait for that. */
  async practise(frame) {
    if (this.#practised >= PRACTICE) return;
    this.#practised += 1;
    const { layout } = plan([frame.displayWidth, frame.displayHeight], [MIDDLE]);
    if (!layout || !PackPlanes.takes(frame)) return;
    await this.#planes.draw(frame, layout).then((picture) => picture.close(), () => {});
  }

  #plan(now) {
    const alive = this.#strain.rests(now) ? [] : this.#regions.filter(({ until }) => now < until);
    this.#last = plan(this.#cameraPx, alive, this.#last).layout;
    this.packs = this.#last !== null;
    return this.#last;
  }
}
