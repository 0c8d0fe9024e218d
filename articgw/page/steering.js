/* Obeys the gateway's steers, as far as this browser can, and knows what to do without one.
 *
 * The page knows of a question before the gateway does. So it remembers how it was steered for the
 * last question and goes there by itself when one is typed or asked; the next steer overrides.
 */

const OWN_FPS = 15; // the model looks at one or two frames a second: more bits for each of fewer frames
const OWN = { fps: OWN_FPS, cap_bps: null, size_px: null, pause: false };
const START = { ...OWN, fps: 4 }; // until the gateway has seen what the link carries: its first steer
const START_MS = 1500;
const SETTLE_MS = 50; // a fresh frame does not wait longer for the encoder's new rate

export class Steering {
  #settings;
  #valve;
  #camera;
  #seq = -Infinity;
  #now = START;
  #asked = OWN;
  #expiry = 0;

  /** `valve` is null where the browser has none; then `camera()` gives the track that is sent. */
  constructor(settings, valve, camera) {
    this.#settings = settings;
    this.#valve = valve;
    this.#camera = camera;
    valve?.addEventListener("resize", () => this.#apply(this.#now));
  }

  /** The parts of a steer that this browser obeys. Without a valve no frame can be sent at once. */
  get can() {
    if (!this.#settings.works) return this.#valve ? ["fps", "pause"] : [];
    return this.#valve ? ["cap", "fps", "size", "pause"] : ["cap", "size", "pause"];
  }

  /** Begin: the first frames must not choke a link that nobody knows yet. */
  async start() {
    await this.#apply(START);
    this.#expiry = setTimeout(() => this.relax(), START_MS);
  }

  /** Go the browser's own way. */
  async relax() {
    clearTimeout(this.#expiry);
    await this.#apply(OWN);
  }

  /** Take a steer; true when it is newly in force. One that is repeated only lasts longer. */
  async obey(steer) {
    if (steer.seq < this.#seq) return false;
    const repeated = steer.seq === this.#seq;
    this.#seq = steer.seq;
    if (steer.why === "asked") this.#asked = steer;
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => this.relax(), steer.ttl_s * 1000);
    await this.#apply(steer);
    return !repeated && this.#seq === steer.seq;
  }

  /** A question is on its way: the rate that the last one had, before the gateway says so. */
  async expectQuestion() {
    if (this.#now !== OWN && this.#now !== START) await this.#apply(this.#asked);
  }

  /** A question is here: as above, then the camera's next frame at once. */
  async freshen() {
    await Promise.race([this.expectQuestion(), new Promise((go) => setTimeout(go, SETTLE_MS))]);
    this.#valve?.fresh();
  }

  close() {
    clearTimeout(this.#expiry);
  }

  #apply(wanted) {
    this.#now = wanted;
    this.#valve?.set({ fps: wanted.fps, paused: wanted.pause });
    return this.#settings.set({
      maxBitrate: wanted.cap_bps,
      scaleResolutionDownBy: this.#scale(wanted.size_px),
      ...(this.#valve ? {} : { maxFramerate: OWN_FPS, active: !wanted.pause }),
    });
  }

  /** How much smaller than the camera's picture; a phone held upright fits the same ceiling turned. */
  #scale(ceiling) {
    const size = this.#valve ? this.#valve.sizePx : sizeOf(this.#camera());
    if (!ceiling || !size) return 1;
    const [long, short] = size.toSorted((a, b) => b - a);
    const [maxLong, maxShort] = ceiling.toSorted((a, b) => b - a);
    return Math.max(1, long / maxLong, short / maxShort);
  }
}

function sizeOf(track) {
  const { width, height } = track.getSettings();
  return width && height ? [width, height] : null;
}
