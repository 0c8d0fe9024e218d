/* The very frame that the model saw, with the regions on it: small in the history, large on a tap. */

import { drawRegions } from "/page/regions.js";

export class LookViewer {
  #dialog = document.getElementById("viewer");
  #picture = document.getElementById("viewer-picture");
  #overlay = document.getElementById("viewer-overlay");
  #caption = document.getElementById("viewer-caption");
  #regions = [];

  constructor() {
    new ResizeObserver(() => this.#draw()).observe(this.#overlay);
    this.#dialog.addEventListener("click", ({ target }) => {
      if (target === this.#dialog) this.#dialog.close(); // a tap beside the picture
    });
  }

  /** `picture` is the loaded thumbnail: the gateway keeps only the newest looks. */
  open(picture, regions, caption) {
    this.#regions = regions;
    this.#picture.width = picture.naturalWidth;
    this.#picture.height = picture.naturalHeight;
    this.#picture.getContext("2d").drawImage(picture, 0, 0);
    this.#caption.textContent = caption;
    this.#dialog.showModal();
    this.#draw();
  }

  #draw() {
    drawRegions(this.#overlay, this.#regions, this.#picture);
  }
}

/** A button that shows the look; `onOpen` gets the loaded picture on a tap. */
export function lookThumbnail(answer, onOpen) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "look look-small";
  button.title = "The frame that the model saw; tap to enlarge";
  const picture = document.createElement("img");
  picture.alt = "The frame that the model saw";
  const [width, height] = answer.frame_size_px;
  Object.assign(picture, { width, height });
  const overlay = document.createElement("canvas");
  overlay.className = "over";
  overlay.setAttribute("aria-hidden", "true");
  const unlabelled = answer.regions.map((region) => ({ ...region, label: "" }));
  picture.onload = () => drawOver(overlay, picture, unlabelled);
  picture.onerror = () => button.replaceWith(gone());
  new ResizeObserver(() => drawOver(overlay, picture, unlabelled)).observe(overlay);
  picture.src = answer.frame_url;
  button.append(picture, overlay);
  button.onclick = () => picture.naturalWidth && onOpen(picture);
  return button;
}

function drawOver(overlay, picture, regions) {
  if (!picture.naturalWidth) return;
  drawRegions(overlay, regions, { width: picture.naturalWidth, height: picture.naturalHeight });
}

function gone() {
  const note = document.createElement("p");
  note.className = "look-gone";
  note.textContent = "picture no longer kept";
  return note;
}
