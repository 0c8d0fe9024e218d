/* One call: a peer connection that sends video, and the data channel `articgw` beside it.
 *
 * Events, each with a `detail`:
 *   ready     the gateway's `ready` message; questions are taken from now on
 *   delta     the next piece of an answer        done    the whole answer
 *   error     the gateway's `error` message      stats   what is sent, once a second
 *   shaky     true when the link stalls, false when it is back
 *   lost      the call is over and nobody here ended it; a `CallError`
 */

import { postOffer } from "/page/api.js";

const LABEL = "articgw";
const VERSION = 1;
const GATHERING_MS = 3000; // one STUN server that does not answer must not hold up the call
const CONNECT_MS = 15000;
const MAX_FPS = 15; // the model looks at one or two frames a second: more bits for each of fewer frames
const SHAKY_MS = 8000; // "disconnected" often heals by itself; longer than this it does not

/** The call could not be made or has ended; `name` is a key of errors.js. */
export class CallError extends Error {
  constructor(name, message = "") {
    super(message);
    this.name = name;
  }
}

export class Call extends EventTarget {
  #peer;
  #channel;
  #sender = null;
  #connected = false;
  #over = false;
  #timers = new Set();
  #lastStats = null;

  constructor(iceServers) {
    super();
    this.#peer = new RTCPeerConnection({ iceServers });
    this.#channel = this.#peer.createDataChannel(LABEL, { ordered: true });
    this.#channel.onopen = () => this.#send({ type: "hello", version: VERSION, can: [] });
    this.#channel.onmessage = ({ data }) => this.#receive(data);
    this.#channel.onclose = () => this.#lose("GatewayGone");
    this.#peer.onconnectionstatechange = () => this.#follow(this.#peer.connectionState);
  }

  /** Offer the stream's video to the gateway. Throws what errors.js can explain. */
  async open(stream, token) {
    const [track] = stream.getVideoTracks();
    sharpenHint(track);
    const transceiver = this.#peer.addTransceiver(track, { direction: "sendonly", streams: [stream] });
    this.#sender = transceiver.sender;
    await this.#peer.setLocalDescription();
    await this.#gathered();
    const answer = await postOffer(this.#peer.localDescription, token);
    if (this.#over) return;
    await this.#peer.setRemoteDescription({ type: answer.type, sdp: answer.sdp });
    await preferSharpFrames(this.#sender);
    this.#after(CONNECT_MS, () => this.#connected || this.#lose("IceFailed"));
    this.#every(1000, () => this.#measure());
  }

  ask(id, text) {
    this.#send({ type: "ask", id, text, t: performance.now() / 1000 });
  }

  cancel(id) {
    this.#send({ type: "cancel", id });
  }

  /** Another camera, without a new call. */
  async replace(stream) {
    const [track] = stream.getVideoTracks();
    sharpenHint(track);
    await this.#sender.replaceTrack(track);
  }

  close() {
    this.#over = true;
    for (const stop of this.#timers) stop();
    this.#channel.close();
    this.#peer.close();
  }

  #send(message) {
    if (this.#channel.readyState === "open") this.#channel.send(JSON.stringify(message));
  }

  #receive(data) {
    const message = JSON.parse(data);
    const events = { "ready": "ready", "answer.delta": "delta", "answer.done": "done", "error": "error" };
    if (message.type in events) this.#emit(events[message.type], message); // others: a newer gateway
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
    this.#emit("stats", {
      width: sent.frameWidth ?? 0,
      height: sent.frameHeight ?? 0,
      fps: sent.framesPerSecond ?? 0,
      frames: sent.framesSent ?? sent.framesEncoded ?? 0,
      bps: perSecond(before, sent, "bytesSent") * 8,
    });
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

/** Text must stay readable: when bits are short, fewer frames, not smaller ones. */
function sharpenHint(track) {
  if ("contentHint" in track) track.contentHint = "detail";
}

async function preferSharpFrames(sender) {
  const parameters = sender.getParameters();
  parameters.degradationPreference = "maintain-resolution";
  for (const encoding of parameters.encodings) encoding.maxFramerate = MAX_FPS;
  try {
    await sender.setParameters(parameters);
  } catch {
    // A browser without these settings still sends; only its sizes and rates will vary.
  }
}

function perSecond(before, after, field) {
  const seconds = (after.timestamp - before.timestamp) / 1000;
  return seconds > 0 ? (after[field] - before[field]) / seconds : 0;
}
