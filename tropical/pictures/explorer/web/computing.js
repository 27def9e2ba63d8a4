// Computing scenes for drafts of the data: one computation at a time, the newest wish, and no waiting for older ones.
// Where a scene takes long, every step of a drag asks for the number of cones only, and a rest for the whole scene.
import { button, html } from "./dom.js";

const PATIENCE = 200; // milliseconds after which a computation shows that it goes on, or makes room for a newer wish
const REST = 400; // milliseconds without a new wish after which a long computation is begun

const MANY = 1000; // cones of a scene that is slow before it was timed

export class Computing {
  constructor(app, host, scene) {
    this.app = app;
    this.host = host;
    this.isSlow = scene.cones?.length > MANY; // whether the last whole scene was
    this.wish = null;
    this.running = null;
    this.progress = html("div", { class: "tx-progress", hidden: true });
  }

  // Compute the scene of a draft, in pieces if that takes long; around: the colours of a cone to begin with.
  ask(draft, around = null) {
    clearTimeout(this.resting);
    const whole = { draft, around, isWhole: true };
    if (!this.isSlow || !this.host.count || around) return this.push(whole);
    this.push({ draft, around, isWhole: false });
    this.rest(whole);
  }

  rest(whole) {
    this.resting = setTimeout(() => (this.app.isDragging ? this.rest(whole) : this.push(whole)), REST);
  }

  push(wish) {
    this.wish = wish;
    if (!this.running) this.run();
    else if (this.running.wish.isWhole) this.hurry(this.running);
  }

  // Ask for nothing more; what is computed is not waited for.
  end() {
    clearTimeout(this.resting);
    this.wish = null;
    this.running?.control.abort();
  }

  // A whole scene that nobody waits for any more makes room; a number of cones is soon there. A process that is only
  // starting is not ended: the next one would have to start too.
  hurry(running) {
    clearTimeout(running.hurrying);
    if (!running.begun) return;
    running.hurrying = setTimeout(() => {
      if (this.running !== running || !this.wish) return;
      running.isOld = this.isSlow = true;
      running.control.abort();
    }, Math.max(0, running.begun + PATIENCE - performance.now()));
  }

  async run() {
    while (this.wish) {
      const wish = this.wish;
      this.wish = null;
      await this.once({ wish, control: new AbortController(), start: performance.now() });
    }
  }

  async once(running) {
    this.running = running;
    const { wish, control } = running;
    const timer = wish.isWhole ? setTimeout(() => this.show("computing", control), PATIENCE) : null;
    const request = { ...wish.draft, title: this.app.scene.title, around: wish.around ?? this.app.around(wish.draft) };
    const tell = (text) => {
      running.begun ??= performance.now();
      if (this.wish) this.hurry(running);
      if (!this.progress.hidden) this.show(text, control);
    };
    try {
      const ask = wish.isWhole ? this.host.compute : this.host.count;
      const answer = await ask(request, control.signal, tell);
      this.app.fail("");
      const newer = this.app.draft === wish.draft ? null : this.app.draft;
      if (wish.isWhole) this.app.load(answer, newer, wish.around);
      else this.app.count(answer);
      if (wish.isWhole) this.isSlow = performance.now() - (running.begun ?? running.start) > PATIENCE;
    } catch (error) {
      if (running.isOld) return;
      const isCancelled = control.signal.aborted;
      this.app.fail(isCancelled ? "Cancelled; the picture of the fan is that of the data before." : error.message);
      if (!isCancelled && this.app.draft === wish.draft) this.app.revert();
    } finally {
      clearTimeout(timer);
      clearTimeout(running.hurrying);
      this.progress.hidden = true;
      this.running = null;
    }
  }

  show(text, control) {
    this.progress.hidden = false;
    this.progress.replaceChildren(html("progress"), ` ${text} `, button("Cancel", () => control.abort()));
  }
}
