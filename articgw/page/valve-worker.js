/* The valve's inner part: reads every frame of the camera, hands on those that are due, closes the rest.
 *
 * In a worker: a hidden tab's timers and a busy page do not hold frames up here.
 */

import { Pace } from "/page/pace.js";

const pace = new Pace(15);
let reader = null;
let writer = null;
let size = "";

onmessage = ({ data }) => {
  if (data.writable) writer = data.writable.getWriter();
  if (data.readable) pump(data.readable);
  if (data.fps !== undefined) pace.fps = data.fps;
  if (data.paused !== undefined) pace.paused = data.paused;
  if (data.fresh) pace.freshen();
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
      tellSize(frame);
      if (pace.passes(frame.timestamp)) await writer.write(frame);
    } catch {
      return; // the track that it goes into has ended
    } finally {
      frame.close(); // a frame that is kept blocks the camera
    }
  }
}

function tellSize({ displayWidth, displayHeight }) {
  const now = `${displayWidth}x${displayHeight}`;
  if (now === size) return;
  size = now;
  postMessage({ sizePx: [displayWidth, displayHeight] });
}

async function stop() {
  await Promise.allSettled([reader?.cancel(), writer?.close()]);
  close();
}
