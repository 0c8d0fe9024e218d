/* Packs the planes of a frame as they are, as artic_codecs/pack.py does: no colour is converted, and
 * the encoder gets what it works on. pack-canvas.js is for the frames and browsers that have none.
 */

import {
  CELL_PX, COLUMNS, DARK_LUMA, GREY_CHROMA, GREY_LUMA, LIGHT_LUMA, cellsOf,
} from "/page/layout-mark.js";
import { MARK_PX, packedPx, thumbnailAt, windowAt, windowOf } from "/page/layout.js";

const CHANNELS = {
  I420: [{ plane: 0, first: 0, next: 1 }, { plane: 1, first: 0, next: 1 }, { plane: 2, first: 0, next: 1 }],
  NV12: [{ plane: 0, first: 0, next: 1 }, { plane: 1, first: 0, next: 2 }, { plane: 1, first: 1, next: 2 }],
};

export class PackPlanes {
  #source = new Uint8Array();
  #sums = new Uint32Array();

  /** Can this frame be packed here? Not one in memory of a graphics processor, turned or stretched. */
  static takes({ format, visibleRect, displayWidth, displayHeight }) {
    return format in CHANNELS && visibleRect.width === displayWidth && visibleRect.height === displayHeight;
  }

  /** The packed picture of a frame, with its time stamp; the caller closes both.
   *
   * Throws a RangeError for a frame that is not of the layout's camera: plan again. */
  async draw(frame, layout) {
    const size = [frame.displayWidth, frame.displayHeight].map((px) => 2 * Math.floor(px / 2));
    if (size[0] !== layout.cameraPx[0] || size[1] !== layout.cameraPx[1]) {
      throw new RangeError(`a frame of ${size.join("x")} px does not fit the layout`);
    }
    const bytes = frame.allocationSize();
    if (this.#source.length < bytes) this.#source = new Uint8Array(bytes);
    const planes = await frame.copyTo(this.#source);
    const [width, height] = packedPx(layout);
    const data = new Uint8Array((width * height * 3) / 2);
    let offset = 0;
    CHANNELS[frame.format].forEach(({ plane, first, next }, channel) => {
      const part = channel ? 2 : 1;
      const length = (width * height) / (part * part);
      const target = { data: data.subarray(offset, offset + length), stride: width / part };
      const source = { start: planes[plane].offset + first, next, stride: planes[plane].stride };
      target.data.fill(channel ? GREY_CHROMA : GREY_LUMA);
      this.#copy(source, shrunk(windowOf(layout), part), target, shrunk(windowAt(layout), part));
      const whole = { x: 0, y: 0, width: size[0] / part, height: size[1] / part };
      this.#average(source, whole, target, shrunk(thumbnailAt(layout), part));
      offset += length;
    });
    drawMark(data, width, layout);
    const { timestamp, duration, colorSpace } = frame;
    return new VideoFrame(data, {
      format: "I420", codedWidth: width, codedHeight: height, timestamp, colorSpace,
      ...(duration === null ? {} : { duration }), transfer: [data.buffer],
    });
  }

  #copy({ start, next, stride }, from, target, to) {
    for (let row = 0; row < from.height; row += 1) {
      const first = start + (from.y + row) * stride + from.x * next;
      const at = (to.y + row) * target.stride + to.x;
      if (next === 1) target.data.set(this.#source.subarray(first, first + from.width), at);
      else for (let x = 0; x < from.width; x += 1) target.data[at + x] = this.#source[first + x * next];
    }
  }

  /** The mean of each area, rows first: a true low-pass, for what aliases costs bits. */
  #average({ start, next, stride }, { width, height }, target, to) {
    if (this.#sums.length < width) this.#sums = new Uint32Array(width);
    const [sums, source] = [this.#sums, this.#source];
    for (let row = 0; row < to.height; row += 1) {
      const [top, bottom] = span(row, height, to.height);
      sums.fill(0);
      for (let y = top; y < bottom; y += 1) {
        const first = start + y * stride;
        for (let x = 0; x < width; x += 1) sums[x] += source[first + x * next];
      }
      const at = (to.y + row) * target.stride + to.x;
      for (let column = 0; column < to.width; column += 1) {
        const [left, right] = span(column, width, to.width);
        let sum = 0;
        for (let x = left; x < right; x += 1) sum += sums[x];
        const count = (right - left) * (bottom - top);
        target.data[at + column] = Math.floor((sum + count / 2) / count);
      }
    }
  }
}

function span(index, from, to) {
  return [Math.floor((index * from) / to), Math.floor(((index + 1) * from) / to)];
}

function shrunk({ x, y, width, height }, part) {
  return { x: x / part, y: y / part, width: width / part, height: height / part };
}

function drawMark(data, stride, layout) {
  data.fill(GREY_LUMA, 0, MARK_PX * stride);
  cellsOf(layout).forEach((light, place) => {
    const left = (place % COLUMNS) * CELL_PX;
    const top = Math.floor(place / COLUMNS) * CELL_PX;
    for (let y = top; y < top + CELL_PX; y += 1) {
      data.fill(light ? LIGHT_LUMA : DARK_LUMA, y * stride + left, y * stride + left + CELL_PX);
    }
  });
}
