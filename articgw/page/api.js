/* What is asked of a gateway over HTTP; whatever goes wrong is a CallError. */

import { CallError } from "/page/call-error.js";

export class Gateway {
  /** For example https://gateway.example. */
  origin;
  #token;

  constructor(url, token = null) {
    this.origin = new URL(url, location.href).origin;
    this.#token = token;
  }

  /** Its model, what that can do, and the ICE servers. */
  config() {
    return this.#request("/api/config");
  }

  /** The answer to our offer. */
  offer({ sdp, type }) {
    const headers = { "Content-Type": "application/json" };
    return this.#request("/offer", { method: "POST", headers, body: JSON.stringify({ sdp, type }) });
  }

  /** A path in the gateway's messages as an address that any page can open. */
  address(path) {
    return new URL(path, this.origin).href;
  }

  async #request(path, options = {}) {
    const headers = new Headers(options.headers);
    if (this.#token) headers.set("Authorization", `Bearer ${this.#token}`);
    let response;
    try {
      response = await fetch(this.address(path), { ...options, headers });
    } catch {
      throw await this.#silence();
    }
    const body = await response.json().catch(() => null);
    if (response.ok && body) return body;
    throw refusal(response.status, body?.error);
  }

  /** Browsers do not tell whether nobody is there, or somebody who takes no pages of our origin. */
  async #silence() {
    if (this.origin !== location.origin && (await this.#exists())) {
      const message = `${this.origin} takes no calls from pages of ${location.origin}`;
      return new CallError("origin_refused", `${message}: its --cors_origins must name them`);
    }
    return new CallError("unreachable", `${this.origin} does not answer`);
  }

  #exists() {
    const probe = fetch(this.address("/healthz"), { mode: "no-cors" });
    return probe.then(() => true).catch(() => false);
  }
}

function refusal(status, { code = "http", message, retry_after_s: retryAfterS = null } = {}) {
  return new CallError(code, message || `HTTP ${status}: is that a gateway?`, { status, retryAfterS });
}
