/* What a sender really sends: size, and rates since it was last asked. */

export class Meter {
  #sender;
  #before = null;

  constructor(sender) {
    this.#sender = sender;
  }

  /** Null before anything is known. */
  async read() {
    const report = await this.#sender.getStats();
    const sent = [...report.values()].find((entry) => entry.type === "outbound-rtp");
    if (!sent) return null;
    const before = this.#before ?? sent;
    this.#before = sent;
    return {
      width: sent.frameWidth ?? 0,
      height: sent.frameHeight ?? 0,
      fps: perSecond(before, sent, framesOf),
      frames: framesOf(sent),
      bps: perSecond(before, sent, bytesOf) * 8,
    };
  }
}

function framesOf(sent) {
  return sent.framesSent ?? sent.framesEncoded ?? 0;
}

function bytesOf(sent) {
  return sent.bytesSent + (sent.headerBytesSent ?? 0);
}

function perSecond(before, after, count) {
  const seconds = (after.timestamp - before.timestamp) / 1000;
  return seconds > 0 ? (count(after) - count(before)) / seconds : 0;
}
