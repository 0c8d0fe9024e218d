// What a page does that follows a tutorial: no hints, no settings, the browser's own ways.
// #max=BPS sets maxBitrate, the one thing that tutorials on bandwidth do.

const peer = new RTCPeerConnection();
const channel = peer.createDataChannel("articgw");
let asked = 0;
window.seen = { ends: [] };

channel.onopen = () => channel.send(JSON.stringify({ type: "hello", version: 1, can: [] }));
channel.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  if (message.type === "ready") document.body.dataset.state = "live";
  if (message.type === "answer.done" || message.type === "error") window.seen.ends.push(message);
};

async function call() {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { width: 1280, height: 720, frameRate: 30 },
  });
  document.getElementById("camera").srcObject = stream;
  const sender = peer.addTrack(stream.getVideoTracks()[0], stream);
  await peer.setLocalDescription();
  await new Promise((resolve) => {
    const look = () => peer.iceGatheringState === "complete" && resolve();
    peer.onicegatheringstatechange = look;
    look();
  });
  const { sdp, type } = peer.localDescription;
  const response = await fetch("/offer", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ sdp, type }),
  });
  const answer = await response.json();
  await peer.setRemoteDescription({ type: answer.type, sdp: answer.sdp });
  const max = Number(new URLSearchParams(location.hash.slice(1)).get("max"));
  if (!max) return;
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) encoding.maxBitrate = max;
  await sender.setParameters(parameters);
}

document.getElementById("use-camera").onclick = call;
document.getElementById("ask").onsubmit = (event) => {
  event.preventDefault();
  const question = document.getElementById("question");
  channel.send(JSON.stringify({ type: "ask", id: `q${++asked}`, text: question.value }));
  question.value = "";
};
