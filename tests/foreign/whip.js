/* A camera that publishes with whip-whep, a WHIP client by an author of RFC 9725. */

import { WHIPClient } from "whip-whep/whip.js";
import { openDevices } from "./devices.js";

let client;

/** Returns when media flows: how long that took, and what the client keeps of the answer. */
async function call(gateway, token) {
  const stream = await openDevices();
  const began = performance.now();
  const peer = new RTCPeerConnection();
  for (const track of stream.getTracks()) {
    peer.addTransceiver(track, { direction: "sendonly", streams: [stream] });
  }
  client = new WHIPClient();
  await client.publish(peer, `${gateway}/whip`, token);
  await connected(peer);
  return {
    connected_ms: performance.now() - began,
    resource: client.resourceURL.href,
    etag: client.etag,
    candidates_offered: (peer.localDescription.sdp.match(/^a=candidate:/gm) ?? []).length,
  };
}

function connected(peer) {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (peer.connectionState === "connected") resolve();
      if (["failed", "closed"].includes(peer.connectionState)) {
        reject(new Error(`the connection is ${peer.connectionState}`));
      }
    };
    peer.addEventListener("connectionstatechange", look);
    look();
  });
}

window.foreign = { call, hangUp: () => client.stop() };
