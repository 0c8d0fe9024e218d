/* Where things lie in a packed picture: a mark, a window of the frame, and the whole scene, small.
 *
 * The rules are those of artic_codecs/layout.py, where they are drawn and explained, to the pixel:
 * the gateway unpacks by them. A layout is { cameraPx, windowStep, thumbnailStep, column, row }; a
 * rectangle { x, y, width, height }.
 */

export const GRID_PX = 16;
export const MARK_PX = 16;
export const WINDOWS_PX = [[320, 176], [480, 272], [416, 416], [640, 368], [960, 544]];
export const THUMBNAILS_PX = [[256, 144], [320, 180], [480, 270]];
export const MOST_CAMERA_PX = 4096;

/** What the window shows, px of the camera's frame. */
export function windowOf({ cameraPx, windowStep, column, row }) {
  const [width, height] = WINDOWS_PX[windowStep];
  const x = Math.min(column * GRID_PX, cameraPx[0] - width);
  const y = Math.min(row * GRID_PX, cameraPx[1] - height);
  return { x, y, width, height };
}

/** Where the window lies in the packed picture. */
export function windowAt({ windowStep }) {
  const [width, height] = WINDOWS_PX[windowStep];
  return { x: 0, y: MARK_PX, width, height };
}

/** Where the scene lies in the packed picture. */
export function thumbnailAt({ cameraPx, windowStep, thumbnailStep }) {
  const [across, down] = WINDOWS_PX[windowStep];
  const [width, height] = fitted(cameraPx, slotPx(cameraPx, thumbnailStep));
  const [x, y] = stands(cameraPx) ? [across, MARK_PX] : [0, MARK_PX + down];
  return { x, y, width, height };
}

/** Width and height of the packed picture. */
export function packedPx({ cameraPx, windowStep, thumbnailStep }) {
  const [across, down] = WINDOWS_PX[windowStep];
  const [width, height] = slotPx(cameraPx, thumbnailStep);
  if (stands(cameraPx)) return [across + width, MARK_PX + Math.max(down, height)];
  return [Math.max(across, width), MARK_PX + down + height];
}

/** How many columns and rows the window has to stand in; 0 where it does not fit. */
export function places(cameraPx, windowStep) {
  const [width, height] = WINDOWS_PX[windowStep];
  const [right, bottom] = cameraPx;
  if (width > right || height > bottom) return [0, 0];
  return [Math.ceil((right - width) / GRID_PX) + 1, Math.ceil((bottom - height) / GRID_PX) + 1];
}

function stands([width, height]) {
  return width < height;
}

function slotPx(cameraPx, thumbnailStep) {
  const [width, height] = THUMBNAILS_PX[thumbnailStep];
  return stands(cameraPx) ? [height, width] : [width, height];
}

function fitted([width, height], [mostWidth, mostHeight]) {
  if (width * mostHeight >= height * mostWidth) {
    return [mostWidth, even(Math.floor((height * mostWidth) / width))];
  }
  return [even(Math.floor((width * mostHeight) / height)), mostHeight];
}

function even(px) {
  return Math.max(2, 2 * Math.floor(px / 2));
}
