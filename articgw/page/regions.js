/* Boxes over a picture: where the model looked.
 *
 * A region belongs to the frame that was looked at. On the live video it is shown for its time to
 * live and fades, because the picture moves on; on the look itself it stays.
 */

const FADE_MS = 1000; // the end of a region's time to live
const INK = "#ffc53d";
const SHADE = "rgba(8, 14, 20, 0.72)";
const MARGIN = 6; // CSS px between the thing and its box

/** Draws on the live video. */
export class RegionOverlay {
  #canvas;
  #video;
  #regions = [];
  #since = 0;
  #running = 0;

  constructor(canvas, video) {
    this.#canvas = canvas;
    this.#video = video;
    new ResizeObserver(() => this.#paint()).observe(canvas);
  }

  show(regions) {
    this.#regions = regions;
    this.#since = performance.now();
    this.#canvas.dataset.regions = regions.length;
    this.#paint();
  }

  clear() {
    this.show([]);
  }

  #paint() {
    cancelAnimationFrame(this.#running);
    const age = performance.now() - this.#since;
    const life = 1000 * Math.max(0, ...this.#regions.map((region) => region.ttl_s));
    const alpha = Math.max(0, Math.min(1, (life - age) / FADE_MS));
    if (alpha === 0) this.#regions = [];
    this.#canvas.dataset.regions = this.#regions.length;
    const { videoWidth, videoHeight } = this.#video;
    drawRegions(this.#canvas, this.#regions, { width: videoWidth, height: videoHeight }, alpha);
    if (this.#regions.length) this.#running = requestAnimationFrame(() => this.#paint());
  }
}

/** Draws on a picture of `size` that is shown with `object-fit: contain` under the canvas. */
export function drawRegions(canvas, regions, size, alpha = 1, ink = INK) {
  const context = fitToScreen(canvas);
  if (!regions.length || !size.width || !canvas.clientWidth) return; // nothing to show, or hidden
  const area = containedIn(canvas.clientWidth, canvas.clientHeight, size);
  context.globalAlpha = alpha;
  for (const region of regions) {
    const box = onScreen(region.box, area);
    drawBox(context, box, ink);
    if (region.label) drawLabel(context, box, region.label, area, ink);
  }
}

function fitToScreen(canvas) {
  const scale = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((px) => Math.round(px * scale));
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
  return context;
}

function containedIn(width, height, size) {
  const scale = Math.min(width / size.width, height / size.height);
  const [w, h] = [size.width * scale, size.height * scale];
  return { x: (width - w) / 2, y: (height - h) / 2, w, h };
}

function onScreen([x0, y0, x1, y1], area) {
  const left = Math.max(area.x + 1, area.x + x0 * area.w - MARGIN);
  const top = Math.max(area.y + 1, area.y + y0 * area.h - MARGIN);
  const right = Math.min(area.x + area.w - 1, area.x + x1 * area.w + MARGIN);
  const bottom = Math.min(area.y + area.h - 1, area.y + y1 * area.h + MARGIN);
  return { x: left, y: top, w: right - left, h: bottom - top };
}

function drawBox(context, { x, y, w, h }, ink) {
  context.beginPath();
  context.roundRect(x, y, w, h, Math.min(8, w / 4, h / 4));
  context.lineWidth = 5;
  context.strokeStyle = SHADE;
  context.stroke();
  context.lineWidth = 2.5;
  context.strokeStyle = ink;
  context.stroke();
}

function drawLabel(context, box, label, area, ink) {
  const size = area.w < 240 ? 10 : 13;
  context.font = `600 ${size}px ${getComputedStyle(context.canvas).fontFamily}`;
  const text = shorten(context, label, area.w - 24);
  const [w, h] = [context.measureText(text).width + 14, size + 9];
  const above = box.y - h - 3 >= area.y;
  const below = box.y + box.h + h + 3 <= area.y + area.h;
  const y = above ? box.y - h - 3 : below ? box.y + box.h + 3 : box.y + 3;
  const x = Math.max(area.x + 2, Math.min(box.x, area.x + area.w - w - 2));
  context.beginPath();
  context.roundRect(x, y, w, h, 6);
  context.fillStyle = SHADE;
  context.fill();
  context.fillStyle = ink;
  context.textBaseline = "middle";
  context.fillText(text, x + 7, y + h / 2 + 0.5);
}

function shorten(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let kept = text;
  while (kept && context.measureText(`${kept}…`).width > width) kept = kept.slice(0, -1);
  return `${kept}…`;
}
