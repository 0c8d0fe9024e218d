// On the page: lends the camera to a worker. In the worker: each frame is packed as the valve does it, and
// drawn whole, one after the other and each first in turn.

const DRIFT_PX = 2;
const PERIOD = 40; // the region goes to and fro in so many frames

if (globalThis.document) globalThis.measure = measure;
else onmessage = ({ data }) => run(data).then(
  (took) => postMessage({ took }),
  ({ message }) => postMessage({ error: message }),
);

/** How long each work took on `frames` frames of the camera, ms: { name: [ms…] }. */
async function measure({ frames, sizePx }) {
  const [width, height] = sizePx;
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width, height } });
  const { readable } = new MediaStreamTrackProcessor({ track: stream.getVideoTracks()[0] });
  const worker = new Worker(import.meta.url, { type: "module" });
  const told = new Promise((resolve, reject) => {
    worker.onmessage = ({ data: { took, error } }) => (took ? resolve(took) : reject(new Error(error)));
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  worker.postMessage({ readable, frames, sizePx }, [readable]);
  return told.finally(() => worker.terminate());
}

async function run({ readable, frames, sizePx }) {
  const works = Object.entries(await worksFor(sizePx));
  const took = Object.fromEntries(works.map(([name]) => [name, []]));
  const reader = readable.getReader();
  for (let number = 0; number < frames; number += 1) {
    const { value: frame } = await reader.read();
    const interleaved = await asNv12(frame);
    for (let turn = 0; turn < works.length; turn += 1) {
      const [name, work] = works[(number + turn) % works.length];
      const start = performance.now();
      const made = await work({ frame, interleaved, number });
      took[name].push(performance.now() - start);
      made?.close();
    }
    interleaved.close();
    frame.close();
  }
  return took;
}

async function worksFor([width, height]) {
  const { Packer } = await import("/page/packer.js");
  const { PackCanvas } = await import("/page/pack-canvas.js");
  const { plan } = await import("/page/packing.js");
  const [planar, other] = [new Packer(), new Packer()];
  const drawer = new PackCanvas();
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  let last = null;
  const wishes = (number) => {
    const left = 0.4 + (DRIFT_PX * Math.abs((number % PERIOD) - PERIOD / 2)) / width;
    return [{ box: [left, 0.4, left + 0.12, 0.47], priority: 1, ttl_s: 10 }];
  };
  const pack = (packer, frame, number) => {
    packer.aim(wishes(number));
    return packer.picture(frame, Infinity);
  };
  return {
    "packed": ({ frame, number }) => pack(planar, frame, number),
    "packed, NV12 camera": ({ interleaved, number }) => pack(other, interleaved, number),
    "packed on a canvas": ({ frame, number }) => {
      last = plan([width, height], wishes(number), last).layout;
      return drawer.draw(frame, last);
    },
    "bare drawImage": ({ frame }) => {
      context.drawImage(frame, 0, 0);
      context.getImageData(0, 0, 1, 1); // done now, not some time
    },
  };
}

/** The same frame as the cameras of many systems give it. */
async function asNv12(frame) {
  const { codedWidth, codedHeight, colorSpace, timestamp } = frame;
  const data = new Uint8Array(frame.allocationSize());
  const [, u, v] = await frame.copyTo(data);
  const chroma = data.slice(u.offset);
  for (let at = 0; at < chroma.length / 2; at += 1) {
    data[u.offset + 2 * at] = chroma[at];
    data[u.offset + 2 * at + 1] = chroma[v.offset - u.offset + at];
  }
  return new VideoFrame(data, { format: "NV12", codedWidth, codedHeight, colorSpace, timestamp });
}
