/* Draws packed pictures: a window of the camera's frame as it is, the scene small, and the mark.
 *
 * For any frame that can be drawn; pack-planes.js costs half as much where the frame has planes. No
 * document: OffscreenCanvas and VideoFrame.
 */

import { CELL_PX, COLUMNS, cellsOf } from "/page/layout-mark.js";
import { packedPx, thumbnailAt, windowAt, windowOf } from "/page/layout.js";

const [LIGHT, DARK, GREY] = ["rgb(255 255 255)", "rgb(0 0 0)", "rgb(128 128 128)"]; // luma 235, 16, 126

export class PackCanvas {
  #canvas = new OffscreenCanvas(2, 2);
  #context = this.#canvas.getContext("2d", { alpha: false });
  #drawn = "";

  /** The packed picture of a frame, with its time stamp; the caller closes both.
   *
   * Throws a RangeError for a frame that is not of the layout's camera: plan again. */
  draw(frame, layout) {
    const [width, height] = [frame.displayWidth, frame.displayHeight].map((px) => 2 * Math.floor(px / 2));
    if (width !== layout.cameraPx[0] || height !== layout.cameraPx[1]) {
      throw new RangeError(`a frame of ${width}x${height} px does not fit the layout`);
    }
    this.#prepare(layout);
    const { x, y } = windowOf(layout);
    const detail = windowAt(layout);
    const scene = thumbnailAt(layout);
    this.#context.imageSmoothingEnabled = false;
    this.#context.drawImage(frame, x, y, detail.width, detail.height, ...at(detail));
    this.#context.imageSmoothingEnabled = true;
    this.#context.imageSmoothingQuality = "high";
    this.#context.drawImage(frame, 0, 0, width, height, ...at(scene));
    const { timestamp, duration } = frame;
    return new VideoFrame(this.#canvas, { timestamp, duration: duration ?? undefined, alpha: "discard" });
  }

  /** Size, grey and mark stay on the canvas for as long as the layout does. */
  #prepare(layout) {
    const key = JSON.stringify(layout);
    if (key === this.#drawn) return;
    this.#drawn = key;
    const [width, height] = packedPx(layout);
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#context.fillStyle = GREY;
    this.#context.fillRect(0, 0, width, height);
    cellsOf(layout).forEach((light, place) => {
      this.#context.fillStyle = light ? LIGHT : DARK;
      const [column, row] = [place % COLUMNS, Math.floor(place / COLUMNS)];
      this.#context.fillRect(column * CELL_PX, row * CELL_PX, CELL_PX, CELL_PX);
    });
  }
}

function at({ x, y, width, height }) {
  return [x, y, width, height];
}
