/* The settings of an RTCRtpSender, changed one at a time: a second change that starts before the first
 * is done fails, and only the newest of several counts. */

export class SenderSettings {
  /** False once the browser has refused a change. */
  works = true;
  #sender;
  #wanted = {};
  #held = {};
  #settling = null;

  constructor(sender) {
    this.#sender = sender;
  }

  /** Change these settings of the encoding (null: the browser's own); resolves when all are in force. */
  set(wanted) {
    Object.assign(this.#wanted, wanted);
    this.#settling ??= this.#settle().finally(() => (this.#settling = null));
    return this.#settling;
  }

  async #settle() {
    for (let changed = this.#changed(); changed.length; changed = this.#changed()) {
      Object.assign(this.#held, Object.fromEntries(changed));
      const parameters = this.#sender.getParameters();
      for (const encoding of parameters.encodings) change(encoding, changed);
      // Text must stay readable: when bits are short, fewer frames, not smaller ones.
      parameters.degradationPreference = "maintain-resolution";
      try {
        await this.#sender.setParameters(parameters);
      } catch {
        this.works = false; // it still sends; only its sizes and rates will vary
      }
    }
  }

  #changed() {
    return Object.entries(this.#wanted).filter(([name, value]) => this.#held[name] !== value);
  }
}

function change(encoding, settings) {
  for (const [name, value] of settings) {
    if (value === null) delete encoding[name];
    else encoding[name] = value;
  }
}
