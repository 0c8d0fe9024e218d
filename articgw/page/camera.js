/* Where the picture comes from: a camera, or the bundled clip played in a loop. */

const WANTED = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const SAMPLE_URL = "/page/sample.mp4";
const SAMPLE_FPS = 25; // only where the clip must be drawn by hand

/** The camera that faces away from the person, where there is a choice: signs are over there. */
export async function openCamera(facing = "environment") {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new DOMException("no camera outside a secure context", "InsecureContext");
  }
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { ...WANTED, facingMode: { ideal: facing } },
    audio: false,
  });
  const [track] = stream.getVideoTracks();
  return {
    kind: "camera",
    label: track.label || "Camera",
    facing,
    stream,
    stop: () => track.stop(),
  };
}

export async function cameraCount() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === "videoinput").length;
}

export async function openSample() {
  const clip = document.createElement("video");
  Object.assign(clip, { src: SAMPLE_URL, loop: true, muted: true, playsInline: true });
  try {
    await clip.play();
  } catch (error) {
    throw new DOMException(error.message, "SampleFailed");
  }
  const capture = clip.captureStream ?? clip.mozCaptureStream;
  const stream = capture ? capture.call(clip) : drawnStream(clip);
  return {
    kind: "sample",
    label: "Sample clip",
    stream,
    stop() {
      clip.pause();
      clip.removeAttribute("src");
      for (const track of stream.getTracks()) track.stop();
    },
  };
}

/** Safari cannot capture a <video>: draw it. */
function drawnStream(clip) {
  const canvas = document.createElement("canvas");
  canvas.width = clip.videoWidth;
  canvas.height = clip.videoHeight;
  const context = canvas.getContext("2d", { alpha: false });
  const stream = canvas.captureStream(SAMPLE_FPS);
  const draw = () => {
    if (clip.paused) return;
    context.drawImage(clip, 0, 0);
    setTimeout(draw, 1000 / SAMPLE_FPS);
  };
  draw();
  return stream;
}
