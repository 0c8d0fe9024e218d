/* What the page asks of the gateway over HTTP. */

/** The gateway said no; `status` and `code` say why, `message` is its own sentence. */
export class HttpError extends Error {
  constructor(status, { code = "", message = "", retry_after_s = null } = {}) {
    super(message || `HTTP ${status}`);
    this.name = "HttpError";
    this.status = status;
    this.code = code;
    this.retryAfterS = retry_after_s;
  }
}

/** No answer at all. */
export class UnreachableError extends Error {
  name = "GatewayUnreachable";
}

export function getConfig(token) {
  return request("/api/config", { headers: bearer(token) });
}

export function postOffer({ sdp, type }, token) {
  return request("/offer", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...bearer(token) },
    body: JSON.stringify({ sdp, type }),
  });
}

function bearer(token) {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    throw new UnreachableError(error.message);
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new HttpError(response.status, body.error);
  return body;
}
