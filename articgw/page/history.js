/* The list of questions and answers. An answer grows while it streams in, then gets its evidence. */

import { lookThumbnail } from "/page/look.js";
import { readabilityBar } from "/page/readability.js";

const KEPT = 50;
const WORTH_TELLING_MS = 100; // between the first word and the last

export class History {
  #list;
  #scroll;
  #viewer;

  constructor(list, scroll, viewer) {
    this.#list = list;
    this.#scroll = scroll;
    this.#viewer = viewer;
  }

  /** A new question; `onCancel` is called when the person does not want the answer any more. */
  add(question, onCancel) {
    const entry = new Entry(question, onCancel, this.#viewer, () => this.#follow());
    this.#list.append(entry.element);
    while (this.#list.children.length > KEPT) this.#list.firstElementChild.remove();
    this.#follow();
    return entry;
  }

  #follow() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }
}

class Entry {
  #answer = part("p", "answer waiting");
  #stop = part("button", "small stop", "Stop");
  #viewer;
  #onGrown;

  constructor(question, onCancel, viewer, onGrown) {
    this.#viewer = viewer;
    this.#onGrown = onGrown;
    this.element = part("li", "turn");
    this.#answer.setAttribute("aria-busy", "true"); // read out once, when it is whole
    this.#stop.type = "button";
    this.#stop.onclick = onCancel;
    this.element.append(part("p", "question", question), this.#answer, this.#stop);
  }

  grow(text) {
    this.#answer.classList.remove("waiting");
    this.#answer.append(text);
    this.#onGrown();
  }

  finish(answer) {
    this.#close(answer.text);
    this.#answer.classList.toggle("unknown", answer.finish === "unknown");
    const caption = `${answer.text} — ${frameFacts(answer)}`;
    const evidence = part("div", "evidence");
    const look = lookThumbnail(answer, (picture) => this.#viewer.open(picture, answer.regions, caption));
    evidence.append(look, facts(answer));
    this.element.append(evidence);
    this.#onGrown();
  }

  fail({ title, text }) {
    this.#close([title, text].filter(Boolean).join(" "));
    this.#answer.classList.add("failed");
    this.#onGrown();
  }

  #close(text) {
    this.#answer.classList.remove("waiting");
    this.#answer.textContent = text;
    this.#answer.removeAttribute("aria-busy");
    this.#stop.remove();
  }
}

function facts(answer) {
  const list = part("ul", "facts");
  const readable = part("li", "");
  readable.append(readabilityBar(answer.readability.value));
  list.append(readable, part("li", "frame-age", frameFacts(answer)));
  list.append(part("li", "timings", timingFacts(answer)), part("li", "model", answer.model));
  return list;
}

function frameFacts({ frame_age_ms, frame_size_px: [width, height] }) {
  return `picture ${Math.round(frame_age_ms)} ms old, ${width} × ${height}`;
}

function timingFacts({ timings: { first_text_ms, done_ms }, tokens, price_usd }) {
  const streamed = first_text_ms !== null && done_ms - first_text_ms >= WORTH_TELLING_MS;
  const first = streamed ? `, first word ${Math.round(first_text_ms)} ms` : "";
  const cost = tokens.input + tokens.output ? `, ${tokens.input + tokens.output} tokens` : "";
  const price = price_usd ? `, $${price_usd.toPrecision(2)}` : "";
  return `answered in ${Math.round(done_ms)} ms${first}${cost}${price}`;
}

function part(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
