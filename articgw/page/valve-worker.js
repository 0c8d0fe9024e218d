/* The valve's inner part: reads every frame of the camera, hands on those that are due, closes the rest.
 *
 * In a worker: a hidden tab's timers and a busy page do not hold frames up here.
 */

import { Pace } from "/page/pace.js";
import { Packer } from "/page/packer.js";
import { stillOf } from "/page/still.js";

const pace = new Pace(15);
const packer = new Packer();
let reader = null;
let writer = null;
let still = null;
const told = {};

onmessage = ({ data }) => {
  if (data.writable) writer = data.writable.getWriter();
  if (data.readable) pump(data.readable);
  if (data.fps !== undefined) pace.fps = data.fps;
  if (data.paused !== undefined) pace.paused = data.paused;
  if (data.regions !== undefined) aim(data.regions);
  if (data.fresh) pace.freshen();
  if (data.still) still = data.still;
  if (data.stop) stop();
};
postMessage({ up: true });

async function pump(readable) {
  reader?.cancel();
  const mine = readable.getReader();
  reader = mine;
  for (;;) {
    const { value: frame, done } = await mine.read();
    if (done) return;
    try {
      tell("sizePx", [frame.displayWidth, frame.displayHeight]);
      if (still) sharpen(frame.clone(), still);
      if (pace.passes(frame.timestamp)) await send(frame);
      else await packer.practise(frame);
    } catch {
      return; // the track that it goes into has ended
    } finally {
      frame.close(); // a frame that is kept blocks the camera
    }
  }
}

async function send(frame) {
  const picture = await packer.picture(frame, 1000 / pace.fps);
  tell("packs", packer.packs);
  try {
    await writer.write(picture);
  } finally {
    picture.close();
  }
}

/** A part of this frame as it is, for the gateway. */
async function sharpen(frame, { id, region, mostBytes }) {
  still = null;
  const data = await stillOf(frame, region, mostBytes).catch(() => null);
  frame.close();
  postMessage({ still: { id, data } }, data ? [data] : []);
}

/** What is in another window is not there yet: it does not wait for the next frame that is due. */
function aim(regions) {
  if (packer.aim(regions) && !pace.paused) pace.freshen();
  tell("packs", packer.packs);
}

/** The page, where that has changed. */
function tell(name, value) {
  if (String(told[name]) === String(value)) return;
  told[name] = value;
  postMessage({ [name]: value });
}

async function stop() {
  await Promise.allSettled([reader?.cancel(), writer?.close()]);
  close();
}
