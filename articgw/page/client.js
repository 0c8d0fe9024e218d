/* A call to an articgw gateway from any page: a camera goes in, answers come out. Served at /client.js.
 *
 *     import { Call } from "https://gateway.example/client.js";
 *     const call = await Call.open({ camera, token });
 *     for await (const piece of call.ask("What does the red sign say?")) out.append(piece);
 *
 * docs/client.md tells it all. Events, each with a `detail`:
 *   ready     the gateway's `ready` message; questions are taken from now on
 *   regions   where the model looked for the answer that has just come
 *   status    how the call does, once a second        stats   what is sent, once a second
 *   objects   what is in view, where the gateway looks for that; some times a second
 *   tools     which of the call's tools the model is offered, and why not the others
 *   steer     what the gateway asked of the sender, with the parts in force as `applied`; again when
 *             those change
 *   shaky     true when the link stalls, false when it is back
 *   error     a CallError that ends neither the call nor a question
 *   lost      the call was open, is over, and nobody here ended it; a CallError
 *   message   every message of the gateway, as it came
 */

import { Answer } from "/page/answer.js";
import { Gateway } from "/page/api.js";
import { CallError } from "/page/call-error.js";
import { Link } from "/page/link.js";
import { Tools } from "/page/tools.js";
import { Upstream } from "/page/upstream.js";

export { CallError };

const VERSION = 1;
const STATS_MS = 1000;
const PICTURE_MS = 20000; // a camera that gives no picture by then gives none
const TYPING_MS = 1000; // the gateway is told no more often

export class Call extends EventTarget {
  /** Name of the call at the gateway; whoever knows it can see what the model saw. */
  session = null;
  #gateway;
  #camera;
  #iceServers;
  #tools;
  #opened;
  #settle;
  #link = null;
  #upstream = null;
  #answers = new Map();
  #asked = 0;
  #typed = -Infinity;
  #sending = false;
  #open = false;
  #over = false;
  #timers = [];

  /** A call that takes questions. Options as for the constructor. Throws a CallError. */
  static async open(options) {
    const call = new Call(options);
    await call.connect();
    return call;
  }

  /** `camera`: a MediaStream or its video track. `gateway`: where this module came from, if not given.
   * `tools`: what the model may use, as tools.js tells. */
  constructor({ camera, token = null, gateway = import.meta.url, iceServers = null, tools = [] }) {
    super();
    this.#camera = videoOf(camera);
    this.#gateway = new Gateway(gateway, token);
    this.#iceServers = iceServers;
    this.#tools = new Tools(tools, (message) => this.#link.send(message));
    this.#opened = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.#opened.catch(() => {}); // of no interest to who hangs up first
  }

  /** Resolves when the gateway takes questions and the first picture is sent. Throws a CallError. */
  connect() {
    this.#begin().catch((error) => this.#end(error));
    return this.#opened;
  }

  /** Ask about what the camera sees now. The question before is superseded if it is still open. */
  ask(text) {
    const id = `q${++this.#asked}`;
    const answer = new Answer(id, () => this.#link.send({ type: "cancel", id }));
    if (this.#over || !this.session) {
      answer.fail({ code: "lost", message: "there is no call to ask in" });
      return answer;
    }
    this.#answers.set(id, answer);
    this.#upstream.steering.freshen();
    this.#link.send({ type: "ask", id, text, t: performance.now() / 1000 });
    return answer;
  }

  /** A question is being written or spoken: pictures are wanted soon. Call it as often as you like. */
  typing() {
    if (this.#over || !this.session || performance.now() - this.#typed < TYPING_MS) return;
    this.#typed = performance.now();
    this.#upstream.steering.expectQuestion();
    this.#link.send({ type: "typing" });
  }

  /** Another camera, without a new call. The old one is yours to stop. */
  async replace(camera) {
    this.#camera = videoOf(camera);
    await this.#upstream?.replace(this.#camera);
  }

  /** End the call. The camera is yours to stop. */
  hangUp() {
    this.#end(new CallError("hung_up", "the call was ended here"));
  }

  async #begin() {
    const iceServers = this.#iceServers ?? (await this.#gateway.config()).ice_servers;
    const upstream = await Upstream.open(this.#camera);
    if (this.#over) return upstream.close();
    this.#upstream = upstream;
    this.#link = this.#follow(new Link(iceServers));
    upstream.begin(this.#link);
    upstream.steering.addEventListener("applied", ({ detail }) => this.#acknowledge(detail));
    await this.#link.connect((offer) => this.#gateway.offer(offer));
    if (this.#over) return;
    await upstream.steering.start();
    if (this.#over) return;
    const dark = new CallError("no_picture", "no picture could be sent: does the camera give any?");
    this.#timers.push(setTimeout(() => this.#sending || this.#end(dark), PICTURE_MS));
    this.#timers.push(setInterval(() => this.#measure(), STATS_MS));
  }

  #follow(link) {
    link.addEventListener("open", () => this.#greet());
    link.addEventListener("message", ({ detail }) => this.#receive(detail));
    link.addEventListener("shaky", ({ detail }) => this.#emit("shaky", detail));
    link.addEventListener("lost", ({ detail }) => this.#end(detail));
    return link;
  }

  #greet() {
    const stills = this.#upstream.givesStills ? ["still"] : [];
    const can = [...this.#upstream.steering.can, ...stills, "status", "objects"];
    this.#link.send({ type: "hello", version: VERSION, can });
  }

  #receive(message) {
    this.#emit("message", message);
    const answer = this.#answers.get(message.id);
    if (message.type === "ready") this.#enter(message);
    else if (message.type === "answer.delta") answer?.grow(message.text);
    else if (message.type === "answer.done") this.#finish(answer, message);
    else if (message.type === "error") this.#fail(answer, message);
    else if (message.type === "steer") this.#upstream.steering.obey(message);
    else if (message.type === "still.request") this.#upstream.sharpen(message);
    else if (message.type === "status") this.#emit("status", message);
    else if (message.type === "objects") this.#emit("objects", message);
    else if (message.type === "tools.taken") this.#emit("tools", message);
    else if (message.type === "tool.call") this.#tools.run(message);
  }

  #enter(ready) {
    this.session = ready.session;
    this.#tools.register();
    this.#emit("ready", ready);
    this.#checkOpen();
  }

  #finish(answer, message) {
    this.#answers.delete(message.id);
    this.#tools.end(message.id);
    answer?.finish({ ...message, frame_url: this.#gateway.address(message.frame_url) });
    this.#emit("regions", message.regions);
  }

  #fail(answer, message) {
    this.#answers.delete(message.id);
    if (message.id) this.#tools.end(message.id);
    if (answer) return answer.fail(message);
    const error = new CallError(message.code, message.message, { retryAfterS: message.retry_after_s });
    if (this.session) this.#emit("error", error);
    else this.#end(error);
  }

  #acknowledge(steer) {
    if (this.#over) return;
    const { seq, applied } = steer;
    this.#link.send({ type: "steer.ack", seq, applied });
    this.#emit("steer", steer);
  }

  async #measure() {
    const stats = await this.#upstream.measure();
    if (!stats || this.#over) return;
    this.#emit("stats", stats);
    const { frames, bps, fps, width, height } = stats;
    if (frames) this.#link.send({ type: "stats", bps, fps, size_px: [width, height] });
    this.#sending ||= frames > 0;
    this.#checkOpen();
  }

  #checkOpen() {
    this.#open ||= this.session !== null && this.#sending;
    if (this.#open) this.#settle.resolve();
  }

  #end(error) {
    if (this.#over) return;
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#tools.end();
    this.#upstream?.close();
    this.#link?.close();
    const lost = { code: "lost", message: "the call ended before the answer" };
    for (const answer of this.#answers.values()) answer.fail(lost);
    this.#answers.clear();
    this.#settle.reject(error);
    if (this.#open && error.code !== "hung_up") this.#emit("lost", error);
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function videoOf(camera) {
  const track = camera instanceof MediaStream ? camera.getVideoTracks()[0] : camera;
  if (track instanceof MediaStreamTrack && track.kind === "video") return track;
  throw new CallError("no_video", "camera: a MediaStream with a video track is needed");
}
