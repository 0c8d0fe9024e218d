/* A page that talks with Pipecat's own client and its small-WebRTC transport. */

import { PipecatClient } from "@pipecat-ai/client-js";
import { SmallWebRTCTransport } from "@pipecat-ai/small-webrtc-transport";
import { BrowserDevices } from "./media_manager.js";

const heard = [];
const ends = new EventTarget();
let client;

/** What the client was told, as its application sees it. */
const callbacks = {
  onBotReady: (data) => heard.push(["bot-ready", data]),
  onBotLlmStarted: () => heard.push(["bot-llm-started"]),
  onBotLlmText: ({ text }) => heard.push(["bot-llm-text", text]),
  onBotLlmStopped: () => heard.push(["bot-llm-stopped"]),
  onServerMessage: (data) => over("server-message", data), // the whole answer, its evidence too
  onError: (message) => over("error", message.data),
  onMessageError: (message) => over("error-response", message?.data),
  onDisconnected: () => over("disconnected"),
};

function over(...event) {
  heard.push(event);
  ends.dispatchEvent(new Event("end"));
}

/** Returns when the bot is ready: how long that took, and what it said of itself. */
async function call(gateway, token) {
  const mediaManager = new BrowserDevices();
  const transport = new SmallWebRTCTransport({ mediaManager });
  client = new PipecatClient({ transport, enableMic: true, enableCam: true, callbacks });
  await client.initDevices();
  const began = performance.now();
  const headers = new Headers(token ? { Authorization: `Bearer ${token}` } : {});
  const bot = await client.connect({
    webrtcRequestParams: { endpoint: `${gateway}/api/offer`, headers },
  });
  return { connected_ms: performance.now() - began, bot, client: client.version };
}

/** Everything that was heard from the question to the end of its answer. */
async function ask(question) {
  const first = heard.length;
  const end = new Promise((resolve) => ends.addEventListener("end", resolve, { once: true }));
  await client.sendText(question);
  await end;
  return heard.slice(first);
}

/** The model may use this page's `name`, which tells what it was given. */
function handle(name) {
  client.registerFunctionCallHandler(name, async ({ arguments: given }) => ({ [name]: given }));
}

window.foreign = { call, ask, handle, hangUp: () => client.disconnect() };
