/* What is sent: the camera's frames through a valve to the sender, steered on the way. */

import { hintFor } from "/page/hint.js";
import { Meter } from "/page/meter.js";
import { SenderSettings } from "/page/sender.js";
import { Steering } from "/page/steering.js";
import { partsOf } from "/page/still.js";
import { Valve } from "/page/valve.js";

export class Upstream {
  /** Null before `begin`. */
  steering = null;
  #camera;
  #valve;
  #sender = null;
  #meter = null;

  /** Of this video track. */
  static async open(camera) {
    return new Upstream(camera, await Valve.open(camera));
  }

  constructor(camera, valve) {
    this.#camera = camera;
    this.#valve = valve;
    valve?.addEventListener("packs", () => this.#hint(valve.track));
  }

  /** Can a still be had? Not without a valve, which has the camera's own frames. */
  get givesStills() {
    return this.#valve !== null;
  }

  /** As the gateway asks for it, from the camera's next frame; it goes over the link. */
  sharpen({ id, region, most_bytes: mostBytes }) {
    this.#valve?.sharpen({ id, region, mostBytes });
  }

  /** Over this link, from its connection on. */
  begin(link) {
    this.#valve?.addEventListener("still", () => {
      const { id, data } = this.#valve.still;
      for (const part of partsOf(id, data)) link.sendBytes(part);
    });
    const track = this.#valve?.track ?? this.#camera;
    this.#hint(track);
    this.#sender = link.carry(track, new MediaStream([this.#camera]));
    this.#meter = new Meter(this.#sender);
    this.steering = new Steering(new SenderSettings(this.#sender), this.#valve, () => this.#camera);
  }

  /** What is sent in fact; null before anything is known. */
  measure() {
    return this.#meter.read();
  }

  /** From another camera. */
  async replace(camera) {
    this.#camera = camera;
    if (this.#valve) return this.#valve.feed(camera);
    this.#hint(camera);
    await this.#sender?.replaceTrack(camera);
  }

  close() {
    this.steering?.close();
    this.#valve?.close();
  }

  #hint(track) {
    const [codec] = this.#sender?.getParameters().codecs ?? [];
    const hint = hintFor({ packs: this.#valve?.packs, mimeType: codec?.mimeType });
    if ("contentHint" in track && track.contentHint !== hint) track.contentHint = hint;
  }
}
