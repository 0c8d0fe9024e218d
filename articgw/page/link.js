/* The wire of one call: a peer connection that sends one track, and the data channel `articgw` beside it.
 *
 * Events, some with a `detail`:
 *   open      messages can be sent        message   one of the gateway's
 *   shaky     true when the link stalls, false when it is back
 *   lost      the link is closed and nobody here closed it; a CallError
 */

import { CallError } from "/page/call-error.js";

const LABEL = "articgw";
const GATHERING_MS = 3000; // one STUN server that does not answer must not hold up the call
const START_KBPS = 400;
const CONNECT_MS = 15000;
const SHAKY_MS = 8000; // "disconnected" often heals by itself; longer than this it does not
const LOST = {
  ice_failed: "the gateway answered, but no path for video was found between it and this device",
  gone: "the gateway went away, or the network did",
};

export class Link extends EventTarget {
  #peer;
  #channel;
  #connected = false;
  #over = false;
  #timers = new Set();

  constructor(iceServers) {
    super();
    this.#peer = new RTCPeerConnection({ iceServers });
    this.#channel = this.#peer.createDataChannel(LABEL, { ordered: true });
    this.#channel.onopen = () => this.#emit("open");
    this.#channel.onmessage = ({ data }) => this.#emit("message", JSON.parse(data));
    this.#channel.onclose = () => this.#lose("gone");
    this.#peer.onconnectionstatechange = () => this.#follow(this.#peer.connectionState);
  }

  /** Send this track, once connected; returns its RTCRtpSender. */
  carry(track, stream) {
    const transceiver = this.#peer.addTransceiver(track, { direction: "sendonly", streams: [stream] });
    return transceiver.sender;
  }

  /** `exchange` takes our offer to the gateway and returns its answer; what it throws is thrown here. */
  async connect(exchange) {
    await this.#peer.setLocalDescription();
    await this.#gathered();
    const answer = await exchange(this.#peer.localDescription);
    if (this.#over) return;
    await this.#peer.setRemoteDescription({ type: answer.type, sdp: startSmall(answer.sdp) });
    this.#after(CONNECT_MS, () => this.#connected || this.#lose("ice_failed"));
  }

  send(message) {
    if (this.#channel.readyState === "open") this.#channel.send(JSON.stringify(message));
  }

  /** A binary message. */
  sendBytes(bytes) {
    if (this.#channel.readyState === "open") this.#channel.send(bytes);
  }

  close() {
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#channel.close();
    this.#peer.close();
  }

  #follow(state) {
    if (state === "connected") {
      this.#connected = true;
      this.#emit("shaky", false);
    } else if (state === "disconnected") {
      this.#emit("shaky", true);
      this.#after(SHAKY_MS, () => this.#peer.connectionState === "disconnected" && this.#lose("gone"));
    } else if (state === "failed") {
      this.#lose(this.#connected ? "gone" : "ice_failed");
    }
  }

  #lose(code) {
    if (this.#over) return;
    this.close();
    this.#emit("lost", new CallError(code, LOST[code]));
  }

  #gathered() {
    const peer = this.#peer;
    return new Promise((resolve) => {
      const done = () => peer.iceGatheringState === "complete" && resolve();
      peer.addEventListener("icegatheringstatechange", done);
      this.#after(GATHERING_MS, resolve);
      done();
    });
  }

  #after(ms, act) {
    this.#timers.add(setTimeout(act, ms));
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** We keep the picture's size at any rate, so its first frame may be a small one that chokes no thin
 *  link; the gateway sees from it what the link carries, and raises the rate with the next frames. */
function startSmall(sdp) {
  return sdp.replace(/x-google-start-bitrate=\d+/g, `x-google-start-bitrate=${START_KBPS}`);
}
