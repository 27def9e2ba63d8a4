// The frames of checkpoints from whoever serves the page: the one that is looked at, and meanwhile all others, the next
// ones first. Two computations at a time, so that what is looked at does not wait for the others.
// Where the server has too much to do they are asked for again after a pause.
import { Busy } from "./host.js";

const DEMAND = "-demand"; // the client for what is looked at
const [PAUSE, LONGEST_PAUSE] = [1000, 16_000]; // milliseconds: the first, and each is twice the one before up to the longest
const MOST_PAUSES = 40; // one after the other, ten minutes: as long as others may compute before it is this page's turn

export class Loading {
  // view: { frames, at, arrived(k), failed(k, message) }; compute as of a host.
  constructor(view, compute) {
    Object.assign(this, { view, compute });
    this.asked = new Set();
    this.errors = new Map();
    this.client = `${crypto.randomUUID?.() ?? Math.random()}`;
  }

  start() {
    this.ahead();
    this.want();
  }

  get missing() {
    const { frames, at } = this.view;
    const numbers = [...frames.keys()].filter((k) => !frames[k] && !this.asked.has(k) && !this.errors.has(k));
    return [...numbers.filter((k) => k >= at), ...numbers.filter((k) => k < at).reverse()];
  }

  get known() {
    return this.view.frames.filter(Boolean).length + this.errors.size;
  }

  // Compute what is looked at, if nothing does; then what is looked at by then.
  async want() {
    const { frames } = this.view;
    while (!this.isWanting && !this.isOver && this.isNew(this.view.at)) {
      this.isWanting = true;
      const at = this.view.at;
      if (!frames[at]) await this.once(at, DEMAND);
      this.isWanting = false;
    }
  }

  isNew(k) {
    return !this.view.frames[k] && !this.asked.has(k) && !this.errors.has(k);
  }

  async ahead() {
    while (!this.isOver) {
      const [k] = this.missing.filter((i) => i !== this.view.at || this.missing.length === 1);
      if (k === undefined) return;
      await this.once(k, "");
    }
  }

  async once(k, kind) {
    this.asked.add(k);
    try {
      this.view.frames[k] = await this.patiently({ checkpoint: k, client: this.client + kind });
      this.view.arrived(k);
    } catch (error) {
      this.isOver ||= error instanceof TypeError; // there is no server any more
      if (!this.isOver) this.errors.set(k, error.message);
      this.view.failed(k, this.isOver ? "The server does not answer; checkpoints that are not there yet stay unknown." : error.message);
    } finally {
      this.asked.delete(k);
    }
  }

  // What a server computes, also if it is busy at first.
  async patiently(request) {
    for (let pauses = 0; ; pauses += 1) {
      try {
        return await this.compute(request, new AbortController().signal, () => {});
      } catch (error) {
        if (!(error instanceof Busy) || pauses === MOST_PAUSES) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.min(PAUSE * 2 ** pauses, LONGEST_PAUSE)));
    }
  }
}
