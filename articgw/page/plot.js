/* How the call does: the last minute as two plots, with the newest values as text below each.
 *
 * Drawn by hand: uPlot would do it better, but this page carries no code of others and fetches none.
 */

const SPAN_S = 60;
const RATES = [
  { key: "received_bps", name: "received", ink: "--accent", dash: [], tell: rate },
  { key: "cap_bps", name: "cap", ink: "--fair", dash: [7, 4], tell: rate },
  { key: "estimate_bps", name: "link allows", ink: "--good", dash: [2, 3], tell: rate },
];
const DELAYS = [
  { key: "frame_age_ms", name: "picture's age", ink: "--accent", dash: [], tell: milliseconds },
  { key: "queue_ms", name: "waits in the link", ink: "--poor", dash: [7, 4], tell: milliseconds },
];
const READABILITY = { key: "readability", name: "readability", ink: "--good", dot: true, tell: percent };
const FPS = { key: "fps", name: "pictures a second", tell: (value) => value.toFixed(value < 3 ? 1 : 0) };
const ASKED = { key: "asked", name: "now", shade: true, tell: (asked) => (asked ? "asked" : "idle") };

export class CallPlot {
  #panel;
  #samples = []; // {t, and the fields of a status}
  #dots = []; // {t, value}
  #charts;

  /** `panel` is the <details> of index.html; it appears with the first status. */
  constructor(panel) {
    this.#panel = panel;
    const chart = (name, series, others, tick) => ({
      canvas: panel.querySelector(`.how-${name}`),
      values: legend(panel.querySelector(`.how-${name}-legend`), [...series, ...others]),
      series,
      tick,
    });
    this.#charts = [
      chart("rates", RATES, [FPS, ASKED], rate),
      chart("delays", DELAYS, [READABILITY], milliseconds),
    ];
    panel.addEventListener("toggle", () => this.#draw());
    for (const { canvas } of this.#charts) new ResizeObserver(() => this.#draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
  }

  clear() {
    this.#samples = [];
    this.#dots = [];
    this.#panel.hidden = true;
  }

  /** A `status` message that came at `t`, in seconds. */
  add(status, t) {
    this.#samples.push({ ...status, t });
    const recent = (entry) => entry.t >= t - SPAN_S - 2;
    this.#samples = this.#samples.filter(recent);
    this.#dots = this.#dots.filter(recent);
    for (const { values } of this.#charts)
      for (const [{ key, tell }, place] of values) place.textContent = told(status[key], tell);
    this.#panel.hidden = false;
    this.#draw();
  }

  /** An answer came at `t`; its readability, 0..1 or null. */
  answered(value, t) {
    if (value !== null) this.#dots.push({ t, value });
  }

  #draw() {
    if (!this.#panel.open || !this.#samples.length) return;
    const [rates, delays] = this.#charts;
    const end = this.#samples.at(-1).t;
    drawChart(rates, this.#samples, [], end);
    drawChart(delays, this.#samples, this.#dots, end);
  }
}

function drawChart({ canvas, series, tick }, samples, dots, end) {
  const scale = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width) return;
  Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  const style = getComputedStyle(canvas);
  const ink = (name) => style.getPropertyValue(name);
  const values = samples.flatMap((sample) => series.map(({ key }) => sample[key] ?? 0));
  const top = roundUp(Math.max(1, ...values));
  const x = (t) => width * (1 - (end - t) / SPAN_S);
  const y = (share) => height - 1 - share * (height - 8);

  context.fillStyle = ink("--accent-wash");
  samples.forEach(({ asked, t }, index) => {
    const from = samples[index - 1]?.t ?? t - 1;
    const [left, right] = [Math.round(x(from)), Math.round(x(t))]; // neighbours leave no seam
    if (asked) context.fillRect(left, 0, right - left, height);
  });
  context.strokeStyle = ink("--line");
  for (const share of [0, 0.5, 1]) line(context, [[0, y(share)], [width, y(share)]]);
  for (const { key, ink: name, dash } of series) {
    context.strokeStyle = ink(name);
    const points = samples.map((s) => [x(s.t), s[key] === null ? null : y(s[key] / top)]);
    line(context, points, dash, 2);
  }
  context.fillStyle = ink("--good");
  for (const { t, value } of dots) {
    context.beginPath();
    context.arc(x(t), y(value), 4.5, 0, 2 * Math.PI);
    context.fill();
  }
  context.fillStyle = ink("--soft");
  context.font = `11px ${style.fontFamily}`;
  context.textBaseline = "top";
  context.fillText(tick(top), 3, y(1) + 3);
  context.fillText(tick(top / 2), 3, y(0.5) + 3);
}

function line(context, points, dash = [], thick = 1) {
  context.setLineDash(dash);
  context.lineWidth = thick;
  context.beginPath();
  let down = false;
  for (const [x, y] of points) {
    if (y !== null) context[down ? "lineTo" : "moveTo"](x, y);
    down = y !== null;
  }
  context.stroke();
}

/** The next of 1, 2, 5, 10, 20 … */
function roundUp(value) {
  const ten = 10 ** Math.floor(Math.log10(value));
  return ten * [1, 2, 5, 10].find((step) => step * ten >= value);
}

/** Names and places for the newest values; the plot in words. */
function legend(list, series) {
  return series.map((one) => {
    const item = document.createElement("li");
    const key = document.createElement("i");
    key.className = `how-key ${kindOf(one)}`;
    if (one.ink) key.style.color = `var(${one.ink})`;
    const place = document.createElement("b");
    place.dataset.value = one.key;
    item.append(key, `${one.name} `, place);
    list.append(item);
    return [one, place];
  });
}

function kindOf({ dot, shade, dash }) {
  if (dot) return "dot";
  if (shade) return "shade";
  if (!dash) return "none";
  if (!dash.length) return "solid";
  return dash[0] < 5 ? "dotted" : "dashed";
}

function told(value, tell) {
  return value === null || value === undefined ? "–" : tell(value);
}

function rate(bps) {
  return bps >= 1e6 ? `${+(bps / 1e6).toFixed(2)} Mb/s` : `${Math.round(bps / 1e3)} kb/s`;
}

function milliseconds(value) {
  return `${Math.round(value)} ms`;
}

function percent(value) {
  return `${Math.round(value * 100)} %`;
}
