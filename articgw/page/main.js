/* The wiring: buttons to camera and call, the call's events to the screen.
 *
 * States (also in <body data-state>):
 *   idle ──choose──▶ connecting ──ready──▶ waiting ──first picture sent──▶ live
 *     ▲                  │                    │                             │
 *     └───── stop ───────┴──── lost ◀─────────┴─────────────────────────────┘
 *
 * The call's messages are also dispatched on `document` as `articgw:ready`, `articgw:answer`,
 * `articgw:error`, `articgw:stats`, `articgw:steer`, `articgw:status` and `articgw:lost`, for scripts that
 * drive this page.
 */

import { Call } from "/client.js";
import { Gateway } from "/page/api.js";
import { cameraCount, openCamera, openSample } from "/page/camera.js";
import { explain, explainAnswer } from "/page/errors.js";
import { History } from "/page/history.js";
import { LookViewer } from "/page/look.js";
import { ObjectOverlay } from "/page/objects.js";
import { CallPlot } from "/page/plot.js";
import { RegionOverlay } from "/page/regions.js";
import { loadToken, saveToken } from "/page/token.js";

const SUGGESTIONS = ["What does the sign say?", "What can you read?", "What is in the picture?"];
const STATUS = {
  idle: "not connected",
  connecting: "connecting…",
  waiting: "connected",
  live: "live",
  lost: "call lost",
};
const HINT = {
  idle: "Choose a camera or the sample clip first.",
  connecting: "Connecting…",
  waiting: "Waiting for the first picture…",
  live: "",
  lost: "Reconnect to ask more.",
};

const TOLD = { ready: "ready", "answer.done": "answer", error: "error", status: "status" };
const NEEDS_TOKEN = new Set([401, 403]);

const $ = (id) => document.getElementById(id);
const video = $("camera");
const overlay = new RegionOverlay($("overlay"), video);
const objects = new ObjectOverlay($("objects"), video);
const history = new History($("history"), $("scroll"), new LookViewer());
const plot = new CallPlot($("how"));

let token = loadToken();
let config = null;
let source = null;
let call = null;

// --- what is shown -----------------------------------------------------------------------------

function enter(state) {
  document.body.dataset.state = state;
  $("status").textContent = STATUS[state];
  $("hint").textContent = HINT[state];
  $("start").hidden = source !== null;
  $("hang-up").hidden = source === null;
  $("veil").hidden = !["connecting", "waiting"].includes(state);
  $("veil").textContent = HINT[state];
  $("ask-button").disabled = state !== "live";
  for (const chip of $("chips").children) chip.disabled = state !== "live";
  if (state === "idle" || state === "lost") $("stats").textContent = "";
}

function notify({ title, text, tries = [] }, action = null, label = "Try again") {
  $("notice-title").textContent = title;
  $("notice-text").textContent = text;
  $("notice-tries").replaceChildren(...tries.map((sentence) => element("li", sentence)));
  $("notice-action").hidden = action === null;
  $("notice-action").textContent = label;
  $("notice-action").onclick = action;
  $("token-form").hidden = true;
  $("notice").hidden = false;
  $("notice").scrollIntoView({ block: "nearest" });
}

function dismissNotice() {
  $("notice").hidden = true;
}

function askForToken(error) {
  notify(explain(error));
  $("token-form").hidden = false;
  $("token").focus();
}

function showStats({ width, height, fps, bps }) {
  if (width) $("stats").textContent = `sending ${width} × ${height} · ${Math.round(fps)} fps · ${rate(bps)}`;
}

function rate(bps) {
  return bps >= 1e6 ? `${(bps / 1e6).toFixed(1)} Mb/s` : `${Math.round(bps / 1e3)} kb/s`;
}

function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

// --- the call ----------------------------------------------------------------------------------

async function configure() {
  try {
    config = await new Gateway(location.origin, token).config();
  } catch (error) {
    if (NEEDS_TOKEN.has(error.status)) askForToken(error);
    else notify(explain(error), () => dismissNotice() ?? configure());
    return false;
  }
  $("model").textContent = config.model;
  $("about").textContent = config.about;
  return true;
}

async function start(open) {
  dismissNotice();
  try {
    await useSource(await open());
  } catch (error) {
    stop();
    notify(explain(error), () => start(open));
    return;
  }
  await connect();
}

async function useSource(opened) {
  source?.stop();
  source = opened;
  const [track] = source.stream.getVideoTracks();
  track.onended = () => source === opened && cameraEnded();
  video.srcObject = source.stream;
  $("source").textContent = source.label;
  $("flip").hidden = source.kind !== "camera" || (await cameraCount()) < 2;
}

async function connect() {
  dismissNotice();
  enter("connecting");
  if (!config && !(await configure())) return enter("lost");
  plot.clear();
  const made = new Call({ camera: source.stream, token, iceServers: config.ice_servers });
  call = made;
  listen(made);
  try {
    await made.connect();
    if (call === made) enter("live");
  } catch (error) {
    if (call !== made) return;
    hangUp();
    enter("lost");
    if (NEEDS_TOKEN.has(error.status)) askForToken(error);
    else notify(explain(error), connect);
  }
}

function listen(made) {
  const on = (name, act) =>
    made.addEventListener(name, ({ detail }) => {
      if (call === made) act(detail);
    });
  on("ready", (ready) => {
    $("model").textContent = ready.model;
    $("about").textContent = ready.about;
    enter("waiting");
  });
  on("regions", (regions) => overlay.show(regions));
  on("objects", (message) => objects.show(message));
  on("stats", showStats);
  on("status", (status) => plot.add(status, performance.now() / 1000));
  on("shaky", (shaky) => {
    if (document.body.dataset.state === "live") $("hint").textContent = shaky ? "The link is stalling…" : "";
  });
  on("error", (error) => notify(explainAnswer(error)));
  on("lost", (error) => {
    call = null;
    enter("lost");
    notify(explain(error), connect, "Reconnect");
    announce("lost", { code: error.code, message: error.message });
  });
  for (const name of ["stats", "steer"]) on(name, (detail) => announce(name, detail));
  on("message", (message) => TOLD[message.type] && announce(TOLD[message.type], message));
}

function announce(name, detail) {
  document.dispatchEvent(new CustomEvent(`articgw:${name}`, { detail }));
}

async function ask(text) {
  const question = text.trim();
  if (!question || document.body.dataset.state !== "live") return;
  const answer = call.ask(question);
  $("empty").hidden = true;
  overlay.clear();
  objects.clear();
  const entry = history.add(question, () => answer.cancel());
  try {
    for await (const piece of answer) entry.grow(piece);
  } catch (error) {
    return entry.fail(explainAnswer(error));
  }
  const whole = await answer.whole;
  entry.finish(whole);
  plot.answered(whole.readability.value, performance.now() / 1000);
}

function cameraEnded() {
  stop();
  notify(explain({ name: "CameraEnded" }));
}

function hangUp() {
  call?.hangUp();
  call = null;
}

function stop() {
  hangUp();
  source?.stop();
  source = null;
  video.srcObject = null;
  overlay.clear();
  objects.clear();
  $("source").textContent = "";
  $("flip").hidden = true;
  enter("idle");
}

async function flip() {
  const facing = source.facing === "environment" ? "user" : "environment";
  try {
    source.stop(); // phones cannot open two cameras at once
    await useSource(await openCamera(facing));
    await call?.replace(source.stream);
  } catch (error) {
    stop();
    notify(explain(error));
  }
}

// --- buttons -----------------------------------------------------------------------------------

$("use-camera").onclick = () => start(openCamera);
$("use-sample").onclick = () => start(openSample);
$("hang-up").onclick = () => dismissNotice() ?? stop();
$("flip").onclick = flip;

$("ask").onsubmit = (event) => {
  event.preventDefault();
  if ($("ask-button").disabled) return;
  ask($("question").value);
  $("question").value = "";
};

$("question").oninput = () => call?.typing();
$("question").onfocus = () => call?.typing();

$("token-form").onsubmit = async (event) => {
  event.preventDefault();
  token = $("token").value.trim();
  saveToken(token);
  $("token").value = "";
  dismissNotice();
  if ((await configure()) && source) await connect();
};

for (const suggestion of SUGGESTIONS) {
  const chip = element("button", suggestion);
  Object.assign(chip, { type: "button", className: "chip", disabled: true });
  chip.onclick = () => ask(suggestion);
  chip.onpointerenter = () => call?.typing(); // a finger or a pointer comes before the click
  $("chips").append(chip);
}

enter("idle");
await configure();
