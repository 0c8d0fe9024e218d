/* The devices for Pipecat's transport, with nothing but the browser.

   The transport takes its media manager as an option. The one that it brings loads its code from
   its maker's servers when a page starts, which a test without the internet cannot have. */

import { openDevices } from "./devices.js";

const NONE = {};

export class BrowserDevices {
  supportsScreenShare = true; // as Pipecat's own on a desktop: its offer then has a second video
  isSharingScreen = false;
  selectedMic = NONE;
  selectedCam = NONE;
  selectedSpeaker = NONE;
  #wanted = { audio: true, video: false };
  #callbacks = {};
  #stream;

  get mediaSupport() {
    return { mic: true, cam: true, screenShare: true };
  }

  get isMicEnabled() {
    return this.#wanted.audio;
  }

  get isCamEnabled() {
    return this.#wanted.video;
  }

  setClientOptions({ enableMic = true, enableCam = false, callbacks = {} }) {
    this.#wanted = { audio: enableMic, video: enableCam };
    this.#callbacks = callbacks;
  }

  async initialize() {
    this.#stream = await openDevices(this.#wanted);
    const [cam] = this.#stream.getVideoTracks();
    if (cam) this.#callbacks.onTrackStarted?.(cam, { id: "local", name: "", local: true });
  }

  async connect() {
    if (!this.#stream) await this.initialize();
  }

  async disconnect() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
  }

  tracks() {
    const [audio] = this.#stream?.getAudioTracks() ?? [];
    const [video] = this.#stream?.getVideoTracks() ?? [];
    return { local: { audio, video } };
  }

  enableMic(on) {
    this.#enable("audio", on);
  }

  enableCam(on) {
    this.#enable("video", on);
  }

  #enable(kind, on) {
    this.#wanted[kind] = on;
    for (const track of this.#stream?.getTracks() ?? []) {
      if (track.kind === kind) track.enabled = on;
    }
  }

  enableScreenShare() {}
  setUserAudioCallback() {}
  bufferBotAudio() {}
  updateMic() {}
  updateCam() {}
  updateSpeaker() {}
  async userStartedSpeaking() {}

  getAllMics() {
    return devices("audioinput");
  }

  getAllCams() {
    return devices("videoinput");
  }

  getAllSpeakers() {
    return devices("audiooutput");
  }
}

async function devices(kind) {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all.filter((device) => device.kind === kind);
}
