/* From what went wrong to what a person reads: a title, a sentence, and what to try.
 *
 * Keys: names of getUserMedia's exceptions and of camera.js's, codes of a CallError, HTTP statuses.
 */

const CAMERA = {
  NotAllowedError: {
    title: "The camera is not allowed.",
    text: "Your browser, or you, said no when this page asked for the camera.",
    tries: [
      "Open the site settings beside the address and allow the camera, then try again.",
      "Or play the sample clip: it needs no camera.",
    ],
  },
  NotFoundError: {
    title: "No camera was found.",
    text: "This device has no camera that the browser can use.",
    tries: ["Plug one in, or open this page on a phone.", "Or play the sample clip."],
  },
  NotReadableError: {
    title: "The camera is busy.",
    text: "Another program or tab is using it.",
    tries: ["Close video calls and other tabs that show your picture, then try again."],
  },
  InsecureContext: {
    title: "The camera needs a secure address.",
    text: "Browsers lend the camera only to https:// pages and to this computer itself.",
    tries: ["Open this page over https://, or at http://localhost.", "Or play the sample clip."],
  },
  CameraEnded: {
    title: "The camera has stopped.",
    text: "It was unplugged, switched off, or taken by another program.",
    tries: ["Check the camera, then start again."],
  },
  SampleFailed: {
    title: "The sample clip does not play.",
    text: "This browser could not start it.",
    tries: ["Try another browser, or use your camera."],
  },
};

const CALL = {
  no_picture: {
    title: "No picture comes from the camera.",
    text: "The gateway waits, but the camera gives nothing that could be sent.",
    tries: ["Is the lens covered, or the camera switched off?", "Or play the sample clip."],
  },
  ice_failed: {
    title: "The picture cannot get through.",
    text: "The gateway answered, but no path for video was found between it and this device.",
    tries: [
      "Switch off a VPN, or try another network: some company and hotel networks block video.",
      "Ask whoever runs the gateway to add a TURN server.",
    ],
  },
  gone: {
    title: "The call was lost.",
    text: "The gateway went away, or the network did.",
    tries: ["Check your network, then reconnect. What was answered so far is kept."],
  },
  unreachable: {
    title: "The gateway does not answer.",
    text: "It may be restarting, or this device is offline.",
    tries: ["Check your network and try again in a moment."],
  },
  token_expired: {
    title: "The access token has expired.",
    text: "Whoever gave it to you can give you a new one.",
    tries: [],
  },
};

const HTTP = {
  401: {
    title: "An access token is needed.",
    text: "Whoever runs this gateway can give you one.",
    tries: [],
  },
  403: {
    title: "This access token does not allow calls.",
    text: "Whoever runs this gateway can give you one that does.",
    tries: [],
  },
  503: {
    title: "The gateway is busy.",
    text: "All of its places are taken at the moment.",
    tries: ["Try again in a moment."],
  },
};

const ANSWER = {
  no_frame: { title: "No picture has arrived yet.", text: "Ask again in a moment." },
  camera_stopped: { title: "The picture has stopped.", text: "Check the camera, then ask again." },
  superseded: { title: "Not answered:", text: "you asked something newer." },
  cancelled: { title: "Stopped.", text: "" },
  closing: { title: "This gateway is about to close.", text: "Call again in a moment.", again: "Call" },
  too_many_messages: { title: "Too much at once.", text: "Wait a moment, then ask again." },
  empty_question: { title: "That question was empty.", text: "" },
  question_too_long: { title: "That question is too long.", text: "Say it in a sentence or two." },
  backend_unavailable: { title: "The model does not answer now.", text: "Ask again in a moment." },
  backend_refused: { title: "The model will not answer this.", text: "Ask in another way." },
  backend_garbled: { title: "The model's answer could not be understood.", text: "Ask again." },
  internal: { title: "Something broke in the gateway.", text: "Ask again; the call goes on." },
  lost: { title: "No answer:", text: "the call ended first." },
};

/** An exception of the camera, or a CallError of the call. */
export function explain(error) {
  const known = CAMERA[error.name] ?? CALL[error.code] ?? HTTP[error.status] ?? unknown(error);
  return error.retryAfterS ? { ...known, tries: [`Try again in ${wait(error.retryAfterS)}.`] } : known;
}

/** A CallError of a question, or one that the gateway told amid a call. */
export function explainAnswer({ code, message, retryAfterS }) {
  const known = ANSWER[code] ?? { title: "Not answered:", text: message };
  return retryAfterS ? { ...known, text: `${known.again ?? "Ask"} again in ${wait(retryAfterS)}.` } : known;
}

function unknown(error) {
  if (!error.status) {
    const text = error.message || String(error);
    return { title: "That did not work.", text, tries: ["Reload this page and try again."] };
  }
  return {
    title: "The gateway did not take the call.",
    text: error.message,
    tries: ["Reload this page; if it stays, tell whoever runs the gateway."],
  };
}

function wait(seconds) {
  const whole = Math.max(1, Math.ceil(seconds));
  return whole === 1 ? "a second" : `${whole} seconds`;
}
