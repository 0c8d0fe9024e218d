/* One call: a peer connection that sends video, and the data channel `articgw` beside it.
 *
 * Events, each with a `detail`:
 *   ready     the gateway's `ready` message; questions are taken from now on
 *   delta     the next piece of an answer        done    the whole answer
 *   error     the gateway's `error` message      stats   what is sent, once a second
 *   steer     what the gateway asked of the sender, with the parts in force as `applied`
 *   status    how the call does, once a second
 *   shaky     true when the link stalls, false when it is back
 *   lost      the call is over and nobody here ended it; a `CallError`
 */

import { postOffer } from "/page/api.js";
import { SenderSettings } from "/page/sender.js";
import { Steering } from "/page/steering.js";
import { Valve } from "/page/valve.js";

const LABEL = "articgw";
const VERSION = 1;
const GATHERING_MS = 3000; // one STUN server that does not answer must not hold up the call
const START_KBPS = 400;
const CONNECT_MS = 15000;
const TYPING_MS = 1000; // the gateway is told no more often
const SHAKY_MS = 8000; // "disconnected" often heals by itself; longer than this it does not

/** The call could not be made or has ended; `name` is a key of errors.js. */
export class CallError extends Error {
  constructor(name, message = "") {
    super(message);
    this.name = name;
  }
}

const EVENTS = {
  "ready": "ready",
  "answer.delta": "delta",
  "answer.done": "done",
  "status": "status",
  "error": "error",
};

export class Call extends EventTarget {
  #peer;
  #channel;
  #camera = null;
  #valve = null;
  #sender = null;
  #steering = null;
  #typed = -Infinity;
  #connected = false;
  #over = false;
  #timers = new Set();
  #lastStats = null;

  constructor(iceServers) {
    super();
    this.#peer = new RTCPeerConnection({ iceServers });
    this.#channel = this.#peer.createDataChannel(LABEL, { ordered: true });
    this.#channel.onopen = () => this.#greet();
    this.#channel.onmessage = ({ data }) => this.#receive(data);
    this.#channel.onclose = () => this.#lose("GatewayGone");
    this.#peer.onconnectionstatechange = () => this.#follow(this.#peer.connectionState);
  }

  /** Offer the stream's video to the gateway. Throws what errors.js can explain. */
  async open(stream, token) {
    this.#camera = stream.getVideoTracks()[0];
    const valve = await Valve.open(this.#camera);
    if (this.#over) return valve?.close();
    this.#valve = valve;
    const track = valve?.track ?? this.#camera;
    sharpenHint(track);
    const transceiver = this.#peer.addTransceiver(track, { direction: "sendonly", streams: [stream] });
    this.#sender = transceiver.sender;
    this.#steering = new Steering(new SenderSettings(this.#sender), valve, () => this.#camera);
    await this.#peer.setLocalDescription();
    await this.#gathered();
    const answer = await postOffer(this.#peer.localDescription, token);
    if (this.#over) return;
    await this.#peer.setRemoteDescription({ type: answer.type, sdp: startSmall(answer.sdp) });
    await this.#steering.start();
    this.#after(CONNECT_MS, () => this.#connected || this.#lose("IceFailed"));
    this.#every(1000, () => this.#measure());
  }

  /** A question is being written. */
  typing() {
    if (performance.now() - this.#typed < TYPING_MS) return;
    this.#typed = performance.now();
    this.#steering?.expectQuestion();
    this.#send({ type: "typing" });
  }

  ask(id, text) {
    this.#steering.freshen();
    this.#send({ type: "ask", id, text, t: performance.now() / 1000 });
  }

  cancel(id) {
    this.#send({ type: "cancel", id });
  }

  /** Another camera, without a new call. */
  async replace(stream) {
    this.#camera = stream.getVideoTracks()[0];
    if (this.#valve) return this.#valve.feed(this.#camera);
    sharpenHint(this.#camera);
    await this.#sender.replaceTrack(this.#camera);
  }

  close() {
    this.#over = true;
    for (const stop of this.#timers) stop();
    this.#steering?.close();
    this.#valve?.close();
    this.#channel.close();
    this.#peer.close();
  }

  #send(message) {
    if (this.#channel.readyState === "open") this.#channel.send(JSON.stringify(message));
  }

  #greet() {
    this.#send({ type: "hello", version: VERSION, can: [...this.#steering.can, "status"] });
  }

  #receive(data) {
    const message = JSON.parse(data);
    if (message.type === "steer") this.#obey(message);
    else if (message.type in EVENTS) this.#emit(EVENTS[message.type], message); // others: a newer gateway
  }

  async #obey(steer) {
    if (!(await this.#steering.obey(steer)) || this.#over) return;
    const applied = this.#steering.can;
    this.#send({ type: "steer.ack", seq: steer.seq, applied });
    this.#emit("steer", { ...steer, applied });
  }

  #follow(state) {
    if (state === "connected") {
      this.#connected = true;
      this.#emit("shaky", false);
    } else if (state === "disconnected") {
      this.#emit("shaky", true);
      this.#after(SHAKY_MS, () => this.#peer.connectionState === "disconnected" && this.#lose("GatewayGone"));
    } else if (state === "failed") {
      this.#lose(this.#connected ? "GatewayGone" : "IceFailed");
    }
  }

  #lose(name) {
    if (this.#over) return;
    this.close();
    this.#emit("lost", new CallError(name));
  }

  async #measure() {
    const report = await this.#sender.getStats();
    const sent = [...report.values()].find((entry) => entry.type === "outbound-rtp");
    if (!sent || this.#over) return;
    const before = this.#lastStats ?? sent;
    this.#lastStats = sent;
    const stats = {
      width: sent.frameWidth ?? 0,
      height: sent.frameHeight ?? 0,
      fps: perSecond(before, sent, framesOf),
      frames: framesOf(sent),
      bps: perSecond(before, sent, bytesOf) * 8,
    };
    this.#emit("stats", stats);
    if (!stats.frames) return;
    const { bps, fps, width, height } = stats;
    this.#send({ type: "stats", bps, fps, size_px: [width, height] });
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
    const timer = setTimeout(act, ms);
    this.#timers.add(() => clearTimeout(timer));
  }

  #every(ms, act) {
    const timer = setInterval(act, ms);
    this.#timers.add(() => clearInterval(timer));
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** This page keeps its size at any rate, so its first frame may be a small one that chokes no thin
 *  link; the gateway sees from it what the link carries, and raises the rate with the next frames. */
function startSmall(sdp) {
  return sdp.replace(/x-google-start-bitrate=\d+/g, `x-google-start-bitrate=${START_KBPS}`);
}

/** What is sent is text to be read, not motion to be watched. */
function sharpenHint(track) {
  if ("contentHint" in track) track.contentHint = "detail";
}

function framesOf(sent) {
  return sent.framesSent ?? sent.framesEncoded ?? 0;
}

function bytesOf(sent) {
  return sent.bytesSent + (sent.headerBytesSent ?? 0);
}

function perSecond(before, after, count) {
  const seconds = (after.timestamp - before.timestamp) / 1000;
  return seconds > 0 ? (count(after) - count(before)) / seconds : 0;
}
