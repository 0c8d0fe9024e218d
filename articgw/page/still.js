/* One sharp picture of a part of a camera's frame, as a JPEG, and its binary messages. */

const QUALITIES = [0.88, 0.75, 0.6, 0.4, 0.2];
const HEAD_BYTES = 8;
const DATA_BYTES = 16 * 1024 - HEAD_BYTES;
const MOST_PX = [1920, 1088]; // what the gateway takes; a larger camera's picture is shrunk

/** The best that is not larger than `mostBytes`, as an ArrayBuffer; null where none is. */
export async function stillOf(frame, [x0, y0, x1, y1], mostBytes) {
  const { displayWidth: wide, displayHeight: tall } = frame;
  const [left, top] = [Math.floor(x0 * wide), Math.floor(y0 * tall)];
  const [width, height] = [Math.ceil(x1 * wide) - left, Math.ceil(y1 * tall) - top];
  if (!(width > 0 && height > 0)) return null;
  const [long, short] = [Math.max(wide, tall), Math.min(wide, tall)];
  const scale = Math.min(1, MOST_PX[0] / long, MOST_PX[1] / short);
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  const context = canvas.getContext("2d", { alpha: false });
  context.drawImage(frame, left, top, width, height, 0, 0, canvas.width, canvas.height);
  for (const quality of QUALITIES) {
    const file = await canvas.convertToBlob({ type: "image/jpeg", quality });
    if (file.size <= mostBytes) return file.arrayBuffer();
  }
  return null;
}

/** The messages of a still, the one that ends it last; of null only that one: there is none. */
export function* partsOf(id, data) {
  const bytes = new Uint8Array(data ?? new ArrayBuffer(0));
  for (let offset = 0; offset < bytes.length; offset += DATA_BYTES) {
    yield part(id, offset, bytes.subarray(offset, offset + DATA_BYTES));
  }
  yield part(id, bytes.length, new Uint8Array(0));
}

function part(id, offset, data) {
  const message = new Uint8Array(HEAD_BYTES + data.length);
  const head = new DataView(message.buffer);
  head.setUint32(0, id);
  head.setUint32(4, offset);
  message.set(data, HEAD_BYTES);
  return message;
}
