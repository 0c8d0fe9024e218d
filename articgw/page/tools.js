/* The tools of a call: what the model may use, and those of them that this page runs.
 *
 *     { name, description, parameters, run }      run(arguments, { signal }) → words, or what JSON holds
 *
 * One without `run` is run by the gateway. `signal` is aborted when the question has ended.
 */

export class Tools {
  #tools;
  #send;
  #running = new Map(); // by question: an AbortController

  constructor(tools, send) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#send = send;
  }

  /** Tell the gateway of them, where there are any. */
  register() {
    const tools = [...this.#tools.values()].map(({ name, description, parameters }) => ({
      name,
      description,
      parameters,
    }));
    if (tools.length) this.#send({ type: "tools", tools });
  }

  /** The model wants one. */
  async run({ id, call, name, arguments: args }) {
    if (!this.#running.has(id)) this.#running.set(id, new AbortController());
    const { signal } = this.#running.get(id);
    let result = { text: "The tool failed.", failed: true };
    try {
      const said = await this.#tools.get(name).run(args, { signal });
      result = { text: typeof said === "string" ? said : JSON.stringify(said ?? null), failed: false };
    } catch (error) {
      console.error(`the tool ${name} failed`, error);
    }
    if (!signal.aborted) this.#send({ type: "tool.result", call, ...result });
  }

  /** That question has ended; without an id, all have. */
  end(id = null) {
    for (const [question, controller] of [...this.#running]) {
      if (id !== null && id !== question) continue;
      controller.abort();
      this.#running.delete(question);
    }
  }
}
