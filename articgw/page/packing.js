/* Which part of the frame goes into the window: fitted to the regions, and then left in peace.
 *
 * The rules are those of artic_codecs/packing.py, where they are explained; both are held to
 * tests/data/packing_vectors.json. Pure: no DOM, and the last layout is an argument.
 */

import { GRID_PX, MOST_CAMERA_PX, WINDOWS_PX, packedPx, places, windowOf } from "/page/layout.js";

const MARGIN_PX = 16;
const MARGIN_PART = 1 / 16;
const STAY = 0.5; // of the margin, is enough for the window to stay
const ROOM = 1.25; // a smaller window must hold so many times the regions
const LEAST_SIDE = 0.0005; // of the frame; less is no area

export const LIMITS = { mostWindowStep: 3, thumbnailStep: 1, mostPart: 0.6 };

/** How to pack a frame of `cameraPx`: { layout, why, leftOut }, layout null for the whole frame.
 *
 * `wishes` are [{ box, priority }] with boxes as fractions of the frame, of which nothing is
 * believed; `last` is the layout of the frame before, or null.
 */
export function plan(cameraPx, wishes, last = null, limits = LIMITS) {
  const camera = cameraPx.map((px) => 2 * Math.floor(px / 2));
  const boxes = ranked(wishes, camera);
  if (!boxes.length) return { layout: null, why: "no_region", leftOut: 0 };
  const steps = stepsFor(camera, limits);
  if (!steps.length) return { layout: null, why: "no_gain", leftOut: boxes.length };
  const { around, leftOut } = gathered(boxes, camera, steps);
  if (!around) return { layout: null, why: "too_large", leftOut };
  if (last && mayStay(last, around, camera, steps, limits)) return { layout: last, why: "stays", leftOut };
  return { layout: fit(around, camera, steps, limits), why: "fitted", leftOut };
}

function fit(around, camera, steps, { thumbnailStep }) {
  const wanted = grown(around, 1, camera);
  const windowStep = stepFor(wanted, 1, steps);
  const [columns, rows] = places(camera, windowStep);
  const [width, height] = WINDOWS_PX[windowStep];
  const column = snapped((wanted[0] + wanted[2] - width) / 2, camera[0] - width, columns);
  const row = snapped((wanted[1] + wanted[3] - height) / 2, camera[1] - height, rows);
  return Object.freeze({ cameraPx: camera, windowStep, thumbnailStep, column, row });
}

function ranked(wishes, [width, height]) {
  return wishes
    .map(({ box, priority }) => ({ box: clean(box), priority: Number.isFinite(priority) ? priority : 0 }))
    .filter(({ box }) => box)
    .sort((a, b) => b.priority - a.priority)
    .map(({ box: [x0, y0, x1, y1] }) => [x0 * width, y0 * height, x1 * width, y1 * height]);
}

/** As artic_codecs/boxes.py: put in order, then cut at the frame's edge; null for what is no box. */
function clean(box) {
  if (!Array.isArray(box) || box.length !== 4 || !box.every(Number.isFinite)) return null;
  const [x0, y0, x1, y1] = box;
  const ordered = [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
  if (isEmpty(ordered)) return null;
  const inside = ordered.map((side) => Math.min(1, Math.max(0, side)));
  return isEmpty(inside) ? null : inside;
}

function isEmpty([x0, y0, x1, y1]) {
  return x1 - x0 < LEAST_SIDE || y1 - y0 < LEAST_SIDE;
}

function stepsFor(camera, { mostWindowStep, thumbnailStep, mostPart }) {
  if (!(Math.min(...camera) >= 2 && Math.max(...camera) <= MOST_CAMERA_PX)) return [];
  const most = mostPart * camera[0] * camera[1];
  return WINDOWS_PX.flatMap((_, windowStep) => {
    const [across, down] = packedPx({ cameraPx: camera, windowStep, thumbnailStep });
    const allowed = windowStep <= mostWindowStep && places(camera, windowStep)[0];
    return allowed && across * down <= most ? [windowStep] : [];
  });
}

function gathered([first, ...others], camera, steps) {
  const fits = (box) => stepFor(grown(box, 1, camera), 1, steps) !== null;
  if (!fits(first)) return { around: null, leftOut: 1 + others.length };
  let around = first;
  let leftOut = 0;
  for (const box of others) {
    const both = union(around, box);
    if (fits(both)) around = both;
    else leftOut += 1;
  }
  return { around, leftOut };
}

function union(a, b) {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

function grown([x0, y0, x1, y1], part, [width, height]) {
  const beside = part * (MARGIN_PX + MARGIN_PART * (x1 - x0));
  const above = part * (MARGIN_PX + MARGIN_PART * (y1 - y0));
  return [
    Math.max(0, x0 - beside),
    Math.max(0, y0 - above),
    Math.min(width, x1 + beside),
    Math.min(height, y1 + above),
  ];
}

function stepFor([x0, y0, x1, y1], room, steps) {
  const [across, down] = [room * (x1 - x0), room * (y1 - y0)];
  return steps.find((step) => across <= WINDOWS_PX[step][0] && down <= WINDOWS_PX[step][1]) ?? null;
}

function mayStay(last, around, camera, steps, { thumbnailStep }) {
  const same = last.cameraPx[0] === camera[0] && last.cameraPx[1] === camera[1];
  if (!same || last.thumbnailStep !== thumbnailStep || !steps.includes(last.windowStep)) return false;
  const [x0, y0, x1, y1] = grown(around, STAY, camera);
  const { x, y, width, height } = windowOf(last);
  const inside = x <= x0 && y <= y0 && x1 <= x + width && y1 <= y + height;
  const smaller = stepFor(grown(around, 1, camera), ROOM, steps);
  return inside && (smaller === null || smaller >= last.windowStep);
}

function snapped(edgePx, lastPx, count) {
  if (edgePx >= lastPx) return count - 1;
  return Math.min(Math.max(0, Math.floor(edgePx / GRID_PX + 0.5)), count - 1);
}
