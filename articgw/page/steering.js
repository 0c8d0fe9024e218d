/* Obeys the gateway's steers, as far as this browser can, and knows what to do without one.
 *
 * The page knows of a question before the gateway does. So it remembers how it was steered for the
 * last question and goes there by itself when one is typed or asked; the next steer overrides.
 */

const OWN_FPS = 15; // the model looks at one or two frames a second: more bits for each of fewer frames
const NOWHERE = [];
const OWN = { fps: OWN_FPS, cap_bps: null, size_px: null, pause: false, regions: NOWHERE };
const START = { ...OWN, fps: 4 }; // until the gateway has seen what the link carries: its first steer
const START_MS = 1500;
const SETTLE_MS = 50; // a fresh frame does not wait longer for the encoder's new rate

/** Event: `applied`, a steer that is newly in force, with those parts of it as `applied` that are; again
 *  when these change. */
export class Steering extends EventTarget {
  #settings;
  #valve;
  #camera;
  #steer = null;
  #told = "";
  #now = START;
  #asked = OWN;
  #expiry = 0;

  /** `valve` is null where the browser has none; then `camera()` gives the track that is sent. */
  constructor(settings, valve, camera) {
    super();
    this.#settings = settings;
    this.#valve = valve;
    this.#camera = camera;
    valve?.addEventListener("sizePx", () => this.#apply(this.#now));
    valve?.addEventListener("packs", () => this.#apply(this.#now));
  }

  /** The parts of a steer that this browser obeys. Without a valve no frame can be sent at once. */
  get can() {
    if (!this.#settings.works) return this.#valve ? ["fps", "pause"] : [];
    return this.#valve ? ["cap", "fps", "size", "pause", "regions-packed"] : ["cap", "size", "pause"];
  }

  /** Begin: the first frames must not choke a link that nobody knows yet. */
  async start() {
    await this.#apply(START);
    this.#expiry = setTimeout(() => this.relax(), START_MS);
  }

  /** Go the browser's own way. */
  async relax() {
    clearTimeout(this.#expiry);
    this.#steer = null;
    await this.#apply(OWN);
  }

  /** Take a steer. One that is repeated only lasts longer. */
  async obey(steer) {
    if (steer.seq < this.#steer?.seq) return;
    this.#steer = steer;
    if (steer.why === "asked") this.#asked = { ...steer, regions: NOWHERE };
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => this.relax(), steer.ttl_s * 1000);
    await this.#apply({ ...steer, regions: steer.how === "packed" ? steer.regions : NOWHERE });
  }

  /** A question is on its way: the rate that the last one had, before the gateway says so. What the
   *  last one was about is of no use to it. */
  async expectQuestion() {
    if (this.#steer && this.#now.why !== "asked") await this.#apply(this.#asked);
  }

  /** A question is here: as above, then the camera's next frame at once. */
  async freshen() {
    await Promise.race([this.expectQuestion(), new Promise((go) => setTimeout(go, SETTLE_MS))]);
    this.#valve?.fresh();
  }

  close() {
    clearTimeout(this.#expiry);
  }

  async #apply(wanted) {
    this.#now = wanted;
    const packable = this.#settings.works ? wanted.regions : NOWHERE; // else the browser shrinks it
    this.#valve?.set({ fps: wanted.fps, paused: wanted.pause, regions: packable });
    await this.#settings.set({
      maxBitrate: wanted.cap_bps,
      scaleResolutionDownBy: this.#valve?.packs ? 1 : this.#scale(wanted.size_px),
      ...(this.#valve ? {} : { maxFramerate: OWN_FPS, active: !wanted.pause }),
    });
    this.#tell();
  }

  #tell() {
    if (!this.#steer) return;
    const packs = this.#now.regions.length > 0 && this.#valve?.packs;
    const applied = this.can.filter((part) => part !== "regions-packed" || packs);
    const telling = `${this.#steer.seq} ${applied}`;
    if (telling === this.#told) return;
    this.#told = telling;
    this.dispatchEvent(new CustomEvent("applied", { detail: { ...this.#steer, applied } }));
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
