// Calls of the codecs bench: one clip, as many senders at once as are asked for, each at its own cap.
//
// Each begins at a rate at which a first picture is there soon, and is held to its cap before the take.
// A track per sender, written by the worker. What is not set here is as the browser has it.

const MIME = { vp8: "video/VP8", h264: "video/H264" };
const START_MS = 1000;
const H264 = { profile: "profile-level-id=42e01f", mode: "packetization-mode=1" };

const worker = new Worker("/bench-worker.js", { type: "module" });
const told = new Promise((resolve) => worker.addEventListener("message", resolve, { once: true }));

/** Plays a take into these lines; resolves to { filmT, lateMs, drawMs, stats } when it is over. */
window.play = async ({ take, lines }) => {
  await told; // that it is up
  const tracks = lines.map(() => new MediaStreamTrackGenerator({ kind: "video" }));
  const writables = tracks.map(({ writable }) => writable);
  await asked({ load: take, writables }, writables);
  const peers = await Promise.all(lines.map((line, index) => call(line, tracks[index])));
  await new Promise((resolve) => setTimeout(resolve, START_MS));
  await Promise.all(peers.map((peer, index) => held(peer, lines[index])));
  const played = await asked({ play: take });
  await new Promise((resolve) => setTimeout(resolve, 400));
  const stats = await Promise.all(peers.map(statsOf));
  for (const peer of peers) peer.close();
  for (const track of tracks) track.stop();
  return { ...played, stats };
};

function asked(message, transfer = []) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    worker.postMessage(message, transfer);
  });
}

async function call({ line, codec, startBps, maxFps, degradation, hint }, track) {
  if (hint) track.contentHint = hint;
  const peer = new RTCPeerConnection();
  const limits = { maxBitrate: startBps, ...(maxFps ? { maxFramerate: maxFps } : {}) };
  const init = { direction: "sendonly", sendEncodings: [limits] };
  const transceiver = peer.addTransceiver(track, init);
  transceiver.setCodecPreferences(formatsOf(codec));
  await peer.setLocalDescription();
  await until(peer, "icegatheringstatechange", () => peer.iceGatheringState === "complete");
  const { sdp, type } = peer.localDescription;
  const response = await fetch("/offer", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ sdp, type, line }),
  });
  await peer.setRemoteDescription(await response.json());
  const parameters = transceiver.sender.getParameters();
  if (degradation) parameters.degradationPreference = degradation;
  await transceiver.sender.setParameters(parameters);
  await until(peer, "connectionstatechange", () => peer.connectionState === "connected");
  return peer;
}

async function held(peer, { maxBps }) {
  const [sender] = peer.getSenders();
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) encoding.maxBitrate = maxBps;
  await sender.setParameters(parameters);
}

function formatsOf(codec) {
  const { codecs } = RTCRtpSender.getCapabilities("video");
  return codecs.filter(({ mimeType, sdpFmtpLine = "" }) => {
    const fits = codec !== "h264" || Object.values(H264).every((part) => sdpFmtpLine.includes(part));
    return mimeType === MIME[codec] && fits;
  });
}

function until(target, event, holds) {
  return new Promise((resolve) => {
    const look = () => holds() && resolve();
    target.addEventListener(event, look);
    look();
  });
}

async function statsOf(peer) {
  for (const one of (await peer.getStats()).values()) {
    if (one.type === "outbound-rtp") return JSON.parse(JSON.stringify(one));
  }
  return null;
}
