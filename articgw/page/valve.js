/* A valve between the camera and the sender: at most so many frames a second, a fresh one at once, and
 * packed where regions are wanted.
 *
 * `maxFramerate` of the sender takes up to half a second to act; a question cannot wait for that.
 * Browsers without insertable streams on a page (Firefox, Safari) have no valve: `Valve.open` gives
 * null there.
 *
 * A worker must come from the page's own origin. On a page of another one than ours it is a line in
 * a blob that imports ours; a page whose policy forbids `worker-src blob:` or us has no valve either.
 */

const UP_MS = 2000;
const WORKER = new URL("/page/valve-worker.js", import.meta.url);

/** Events: `sizePx` and `packs`, when that is another; `still`, when the one that was asked for is made. */
export class Valve extends EventTarget {
  /** The track to send. */
  track;
  /** Of the camera's frames; null before the first. */
  sizePx = null;
  /** Are packed pictures sent? */
  packs = false;
  /** `id` and `data` of the last one: a JPEG file, or null where there could be none. */
  still = null;
  #worker;
  #set = {};

  /** A valve behind this camera's track, or null where the browser has none. */
  static async open(camera) {
    if (!("MediaStreamTrackProcessor" in window && "MediaStreamTrackGenerator" in window)) return null;
    const address = addressHere();
    const worker = await start(address);
    URL.revokeObjectURL(address);
    return worker && new Valve(worker, camera);
  }

  constructor(worker, camera) {
    super();
    this.#worker = worker;
    worker.onmessage = ({ data }) => {
      Object.assign(this, data);
      for (const name of Object.keys(data)) this.dispatchEvent(new Event(name));
    };
    this.track = new MediaStreamTrackGenerator({ kind: "video" });
    const { writable } = this.track;
    worker.postMessage({ writable }, [writable]);
    this.feed(camera);
  }

  /** Another camera. */
  feed(camera) {
    const { readable } = new MediaStreamTrackProcessor({ track: camera });
    this.#worker.postMessage({ readable }, [readable]);
  }

  /** Any of `fps`, `paused` and `regions`, as steers name them, to pack around: none for whole frames. */
  set(wanted) {
    const changed = Object.entries(wanted).filter(([name, value]) => this.#set[name] !== value);
    if (!changed.length) return;
    Object.assign(this.#set, wanted);
    this.#worker.postMessage(Object.fromEntries(changed));
  }

  /** The camera's next frame passes, whatever the rate, and also while paused. */
  fresh() {
    this.#worker.postMessage({ fresh: true });
  }

  /** One sharp picture of `region` of the camera's next frame. */
  sharpen({ id, region, mostBytes }) {
    this.#worker.postMessage({ still: { id, region, mostBytes } });
  }

  close() {
    this.#worker.postMessage({ stop: true });
    this.track.stop();
  }
}

function addressHere() {
  if (WORKER.origin === location.origin) return WORKER.href;
  const line = `import ${JSON.stringify(WORKER.href)};`;
  return URL.createObjectURL(new Blob([line], { type: "text/javascript" }));
}

/** The worker once it is up, or null. */
async function start(address) {
  let worker;
  try {
    worker = new Worker(address, { type: "module" });
  } catch {
    return null;
  }
  const up = await new Promise((resolve) => {
    worker.onmessage = () => resolve(true);
    worker.onerror = () => resolve(false);
    setTimeout(resolve, UP_MS, false);
  });
  if (up) return worker;
  worker.terminate();
  return null;
}
