/* What the browser is told of a track: is it motion to be watched, or text to be read?
 *
 * "detail" makes it a screen that is shared: sharp at the cost of frames, which is what we want of
 * whole ones. Not while packing with H.264: there Chromium's encoder then drops most of what a low
 * rate could carry (8 of 25 frames came in 5 s; without the hint all did), and what is packed is
 * small and sharp anyway. With VP8 the hint does no harm.
 */

/** The contentHint for what a sender of this MIME type sends now. */
export function hintFor({ packs, mimeType = "" }) {
  return packs && mimeType.toLowerCase() === "video/h264" ? "" : "detail";
}
