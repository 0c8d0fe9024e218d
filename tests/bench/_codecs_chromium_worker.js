// Feeds the senders of the codecs bench, at the clip's own time, from pictures that it holds.
//
//     the clip backwards, so that encoders are warm and nothing jumps
//     the clip: what is scored
//     its end backwards again, so that the last frames are flushed
//
// Before all that the first picture, with a number at its bottom that counts on, so that the far end
// knows which RTP time is which picture. Packed pictures are made here by the page's own modules, once
// for all senders.

import { PackPlanes } from "/page/pack-planes.js";
import { plan } from "/page/packing.js";

const [DARK, LIGHT] = [16, 235];
const [CELLS, CODES] = [16, 256];
const CODE_PART = 1 / 8; // of the height
const [SETTLE_MS, SETTLED] = [33, 45];
const held = { url: "", pictures: null };
const packer = new PackPlanes();
let [writers, settling, codedT, last] = [[], false, [], null];

onmessage = async ({ data: { load, play, writables } }) => {
  try {
    if (load) await fetched(load.url);
    if (writables) await settle(load, writables);
    postMessage(play ? await played(play) : {});
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
postMessage({ up: true });

async function fetched(url) {
  if (held.url === url) return;
  held.pictures = null;
  held.pictures = await (await fetch(url)).arrayBuffer();
  held.url = url;
}

/** The first picture, at a camera's rate, until the take begins: senders that are not connected yet
 * only learn from it how long pictures take to reach them. Resolves when they have. */
function settle(take, writables) {
  writers = writables.map((writable) => writable.getWriter());
  settling = true;
  codedT = [];
  return new Promise((resolve, reject) => {
    const next = async () => {
      if (!settling) return;
      const now = performance.now();
      write(await drawn(take, take.count - 1, now, codedT.length % CODES));
      codedT.push(now);
      if (codedT.length === SETTLED) resolve();
      setTimeout(next, SETTLE_MS);
    };
    next().catch(reject);
  });
}

async function played(take) {
  settling = false;
  await new Promise((resolve) => setTimeout(resolve, 2 * SETTLE_MS));
  const { fps, count, after } = take;
  const start = performance.now() + SETTLE_MS;
  const [drawMs, writtenT] = [[], []];
  let lateMs = 0;
  for (let slot = 0; slot < 2 * count + after; slot += 1) {
    const due = start + (slot * 1000) / fps;
    await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    const now = performance.now();
    lateMs = Math.max(lateMs, now - due);
    writtenT.push(now);
    const frame = await drawn(take, indexOf(slot, count), now, null);
    drawMs.push(performance.now() - now);
    write(frame);
  }
  const filmT = start + (count * 1000) / fps;
  return { filmT: onClock([filmT]), writtenT: onClock(writtenT), codedT: onClock(codedT), lateMs, drawMs };
}

function indexOf(slot, count) {
  if (slot < count) return count - 1 - slot;
  return slot < 2 * count ? slot - count : 3 * count - 1 - slot;
}

function onClock(times) {
  return times.map((time) => performance.timeOrigin + time);
}

async function drawn({ sizePx, boxes }, index, now, code) {
  const whole = picture(index, sizePx, Math.round(now * 1000), code);
  if (!boxes) return whole;
  last = plan(sizePx, [{ box: boxes[index], priority: 1 }], last).layout;
  if (!last) return whole;
  const packed = await packer.draw(whole, last);
  whole.close();
  return packed;
}

function write(frame) {
  for (const writer of writers) writer.write(frame.clone()).catch(() => {});
  frame.close();
}

function picture(index, [width, height], timestamp, code) {
  const bytes = (width * height * 3) / 2;
  let data = new Uint8Array(held.pictures, index * bytes, bytes);
  if (code !== null) {
    data = data.slice();
    draw(code, data, width, height);
  }
  return new VideoFrame(data, { format: "I420", codedWidth: width, codedHeight: height, timestamp });
}

/** Eight bits and their complement as bars along the bottom: read at any size. */
function draw(code, data, width, height) {
  const row = new Uint8Array(width);
  for (let x = 0; x < width; x += 1) {
    const cell = Math.floor((x * CELLS) / width);
    const bit = (code >> (7 - (cell % 8))) & 1;
    row[x] = bit === Number(cell < 8) ? LIGHT : DARK;
  }
  for (let y = Math.floor(height * (1 - CODE_PART)); y < height; y += 1) data.set(row, y * width);
}
