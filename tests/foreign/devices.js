/* The camera and the microphone, as a page opens them that knows nothing of the gateway. */

export function openDevices({ audio = true, video = true } = {}) {
  return navigator.mediaDevices.getUserMedia({
    audio,
    video: video && { width: 1280, height: 720 },
  });
}
