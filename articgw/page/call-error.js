/* Why a call or a question ended: `code` is for programs, `message` a sentence for people.
 *
 * Codes are the gateway's (docs/protocol.md) or ours; docs/client.md lists both.
 */

export class CallError extends Error {
  name = "CallError";

  /** `status`: of HTTP, where that refused. `id`: the question. `retryAfterS`: when to try again. */
  constructor(code, message, { status = null, id = null, retryAfterS = null } = {}) {
    super(message);
    Object.assign(this, { code, status, id, retryAfterS });
  }
}
