// A training: the regions at its checkpoints with a slider, curves over them, and its path through the fan of the data.
import { Curves, curveColor } from "./curves.js";
import { button, html } from "./dom.js";
import { expanded } from "./frames.js";
import { Loading } from "./loading.js";
import { PathView } from "./pathview.js";
import { RegionView } from "./regionview.js";
import { rounded } from "./ticks.js";

const PACE = 500; // milliseconds between checkpoints that play
const MOST_LETTERS = 18; // of a number beside its curve
const COUNTED = [["activation_regions", "activation regions"], ["linear_regions", "linear regions"]];

export class TrainingView {
  constructor(app) {
    this.app = app;
    const { scene } = app;
    this.count = scene.checkpoints.length;
    this.at = this.count - 1;
    this.frames = scene.frames;
    this.curves = new Curves((k) => this.go(k));
    this.path = new PathView(scene, (points) => this.ring(points));
    this.slider = html("input", { type: "range", min: 0, max: this.count - 1, step: 1, class: "tx-slider tx-scrub",
      "aria-label": "checkpoint", oninput: () => this.go(Number(this.slider.value)) });
    this.name = html("p", { class: "tx-summary tx-checkpoint" });
    this.waiting = html("p", { class: "tx-note tx-waiting", hidden: true });
    this.player = button("Play", () => this.play(), { "aria-label": "play the training" });
    const step = (text, by, label) => button(text, () => this.go(Math.min(this.count - 1, Math.max(0, this.at + by))), { "aria-label": label });
    this.training = html("section", { class: "tx-pane tx-training", "aria-label": "Training" }, html("h2", { text: "Training" }),
      html("div", { class: "tx-tools" }, this.player, step("‹", -1, "previous checkpoint"), this.slider, step("›", 1, "next checkpoint")),
      this.name, this.waiting, this.curves.element);
    if (this.frames) {
      this.inner = { scene: null, host: {}, say: (text) => app.say(text), note: () => app.note() };
      this.regions = new RegionView(this.inner);
      const [plane, detail] = [".tx-region-pane", ".tx-detail"].map((name) => this.regions.elements.find((pane) => pane.matches(name)));
      this.plane = plane;
      this.elements = [plane, this.training, this.path.element, detail];
      if (app.host.compute) this.loading = new Loading(this, app.host.compute);
    } else this.elements = [this.training, this.path.element];
  }

  counts() {
    const frame = this.frames?.[this.at];
    const where = `${this.count} checkpoints`;
    if (!frame) return where;
    const { counts } = frame;
    return `${where}; at this one ${counts.activation_regions} activation regions, ${counts.linear_regions} linear regions in the window`;
  }

  load() {
    this.show();
    this.curves.show(this.rows, this.count, this.at);
    this.loading?.start();
  }

  // A frame that was computed: its numbers join the curves, and it is shown if it is looked at.
  arrived(k) {
    this.curves.show(this.rows, this.count, this.at);
    if (k === this.at) this.show();
    else this.wait();
  }

  failed(k, message) {
    if (this.loading.isOver) this.app.fail(message);
    if (k === this.at) this.show();
    else this.wait();
  }

  // What is not there yet, and whether the picture is that of another checkpoint.
  wait() {
    const { loading, at, frames } = this;
    if (!frames) return;
    const known = loading?.known ?? this.count;
    const own = loading?.errors.get(at);
    const isOld = !frames[at];
    this.plane.classList.toggle("tx-old-picture", isOld);
    this.waiting.hidden = !isOld && (known === this.count || loading.isOver);
    const state = loading?.isOver ? "This checkpoint was not computed" : "Computing this checkpoint";
    const what = own ?? (isOld ? `${state}; the picture is that of another one.` : "Computing the other checkpoints.");
    this.waiting.replaceChildren(...(known < this.count && !loading.isOver ? [html("progress", { max: this.count, value: known }),
      ` ${known} of ${this.count}. `] : []), what);
  }

  get rows() {
    const { frames } = this;
    const known = (find) => frames.map((frame) => (frame ? find(frame) : null));
    const found = [];
    if (frames) {
      for (const [key, name] of COUNTED) {
        const values = known(({ counts }) => counts[key]);
        found.push({ name, values, texts: values });
      }
      if (frames.some((frame) => frame?.complexity)) {
        const texts = known(({ complexity }) => complexity);
        found.push({ name: "local complexity", values: texts.map((text) => (text ? Number(text) : null)), texts });
      }
    }
    for (const { name, values, exact } of this.app.scene.curves)
      found.push({ name, values, texts: exact.map((text, i) => (text?.length <= MOST_LETTERS ? text : `≈ ${rounded(values[i])}`)) });
    if (this.path.row) found.push(this.path.row);
    return found.map((row, k) => ({ ...row, color: curveColor(k) }));
  }

  go(k) {
    if (k === this.at) return;
    this.at = k;
    this.ringed = null;
    this.show();
    this.curves.move(k);
    this.app.note();
  }

  show() {
    const { app, at } = this;
    this.slider.value = at;
    this.slider.setAttribute("aria-valuetext", app.scene.checkpoints[at]);
    this.name.textContent = `Checkpoint ${at} of 0 to ${this.count - 1}: ${app.scene.checkpoints[at]}`;
    this.path.move(at);
    app.headline(app.scene.title, this.counts());
    this.draw();
    this.wait();
    this.loading?.want();
  }

  // Draw the regions, as far as there are some and they are known.
  draw() {
    const { scene } = this.app;
    const frame = this.frames?.[this.at];
    if (!frame) return;
    const data = scene.data && { ...scene.data, wrong: scene.wrong?.[this.at], ringed: this.ringed };
    this.regions.change({ ...expanded(frame), columns: scene.columns, data });
  }

  // Mark points in the picture.
  ring(points) {
    this.ringed = points;
    this.draw();
  }

  // Playing

  play() {
    if (this.playing) return this.stop();
    if (this.at === this.count - 1) this.go(0);
    this.player.textContent = "Pause";
    this.playing = setInterval(() => {
      this.go(Math.min(this.at + 1, this.count - 1)); // it may have been moved to the end meanwhile
      if (this.at === this.count - 1) this.stop();
    }, PACE);
  }

  stop() {
    clearInterval(this.playing);
    this.playing = null;
    this.player.textContent = "Play";
  }

  // The address, and files

  state() {
    return { checkpoint: this.at === this.count - 1 ? null : this.at, ...(this.inner?.scene ? this.regions.state() : {}) };
  }

  restore(parts) {
    const k = Number(parts.get("checkpoint") ?? this.count - 1);
    this.go(Number.isInteger(k) && k >= 0 && k < this.count ? k : this.count - 1);
    if (this.inner?.scene) this.regions.restore(parts);
  }

  showElements() {
    this.regions?.showElements();
  }

  hideElements() {
    this.regions?.hideElements();
  }

  figures() {
    return [...(this.inner?.scene ? this.regions.figures() : []), { name: "training", pictures: [this.curves.picture] }];
  }
}
