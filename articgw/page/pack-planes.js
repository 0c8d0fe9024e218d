/* Packs the planes of a frame as they are, as artic_codecs/pack.py does: no colour is converted, and
 * the encoder gets what it works on. pack-canvas.js is for the frames and browsers that have none.
 */

import { Areas } from "/page/areas.js";
import {
  CELL_PX, COLUMNS, DARK_LUMA, GREY_CHROMA, GREY_LUMA, LIGHT_LUMA, cellsOf,
} from "/page/layout-mark.js";
import { MARK_PX, packedPx, thumbnailAt, windowAt, windowOf } from "/page/layout.js";

/** Of each plane the channels that lie in it in turn. */
const PLANES = { I420: [[0], [1], [2]], NV12: [[0], [1, 2]] };
const WORD = 4; // bytes

export class PackPlanes {
  #source = new Uint8Array();
  #areas = new Areas();

  /** Can this frame be packed here? Not one in memory of a graphics processor, turned or stretched. */
  static takes({ format, visibleRect, displayWidth, displayHeight, rotation = 0, flip = false }) {
    const turned = rotation !== 0 || flip;
    const stretched = visibleRect.width !== displayWidth || visibleRect.height !== displayHeight;
    return format in PLANES && !turned && !stretched;
  }

  /** The packed picture of a frame, with its time stamp; the caller closes both.
   *
   * Throws a RangeError for a frame that is not of the layout's camera: plan again. */
  async draw(frame, layout) {
    const size = [frame.displayWidth, frame.displayHeight].map((px) => 2 * Math.floor(px / 2));
    if (size[0] !== layout.cameraPx[0] || size[1] !== layout.cameraPx[1]) {
      throw new RangeError(`a frame of ${size.join("x")} px does not fit the layout`);
    }
    const planes = await this.#read(frame);
    const [width, height] = packedPx(layout);
    const data = new Uint8Array((width * height * 3) / 2);
    const channels = [0, 1, 2].map((channel) => channelOf(data, width, height, channel));
    PLANES[frame.format].forEach((inPlane, number) => {
      this.#fill(planes[number], size, inPlane.map((channel) => channels[channel]), layout);
    });
    drawMark(data, width, layout);
    const { timestamp, duration, colorSpace } = frame;
    return new VideoFrame(data, {
      format: "I420", codedWidth: width, codedHeight: height, timestamp, colorSpace,
      ...(duration === null ? {} : { duration }), transfer: [data.buffer],
    });
  }

  /** Where the frame's planes are in `#source` now: rows of whole words. */
  async #read(frame) {
    const [width, height] = [frame.visibleRect.width, frame.visibleRect.height];
    let bytes = 0;
    const layout = PLANES[frame.format].map(({ length }, number) => {
      const part = number ? 2 : 1;
      const plane = { offset: bytes, stride: WORD * Math.ceil((length * Math.ceil(width / part)) / WORD) };
      bytes += plane.stride * Math.ceil(height / part);
      return plane;
    });
    if (this.#source.length < bytes) this.#source = new Uint8Array(bytes);
    return frame.copyTo(this.#source, { layout });
  }

  /** The channels that lie in this plane. */
  #fill({ offset, stride }, [width, height], channels, layout) {
    const [{ part }] = channels;
    const from = shrunk(windowOf(layout), part);
    const [detail, scene] = [shrunk(windowAt(layout), part), shrunk(thumbnailAt(layout), part)];
    channels.forEach((channel, first) => {
      this.#copy({ start: offset + first, stride, step: channels.length }, from, channel, detail);
    });
    const words = new Uint32Array(this.#source.buffer);
    const plane = { start: offset / WORD, stride: stride / WORD, width: width / part, height: height / part };
    const targets = channels.map(({ data, stride: across }) => (
      { data, at: scene.y * across + scene.x, stride: across, width: scene.width, height: scene.height }));
    this.#areas.average(words, plane, targets);
  }

  #copy({ start, stride, step }, from, target, to) {
    for (let row = 0; row < from.height; row += 1) {
      const first = start + (from.y + row) * stride + from.x * step;
      const at = (to.y + row) * target.stride + to.x;
      if (step === 1) target.data.set(this.#source.subarray(first, first + from.width), at);
      else for (let x = 0; x < from.width; x += 1) target.data[at + x] = this.#source[first + x * step];
    }
  }
}

/** A channel of the packed picture, grey. */
function channelOf(data, width, height, channel) {
  const part = channel ? 2 : 1;
  const length = (width * height) / (part * part);
  const offset = channel ? width * height + (channel - 1) * length : 0;
  const mine = data.subarray(offset, offset + length);
  return { data: mine.fill(channel ? GREY_CHROMA : GREY_LUMA), stride: width / part, part };
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
