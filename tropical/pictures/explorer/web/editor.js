// Moving, adding, relabelling and removing points, by pointer, keys and fields.
// A subclass has the picture, the window frameOf, the grid, its axes, draw() and frame().
import { parseRational, rationalText, shortest } from "./exact.js";
import { PANE } from "./window.js";

const MOST_DIGITS = 40; // of a coordinate

export class Editor {
  constructor(app) {
    this.app = app;
  }

  local(event) {
    const box = this.picture.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * PANE, ((event.clientY - box.top) / box.height) * PANE];
  }

  rational([x, y]) {
    const grid = BigInt(this.grid);
    const first = this.frameOf.snapped(0, x / PANE, grid);
    if (this.dim === 1) return [first];
    const texts = Array(this.dim).fill("0");
    texts[this.axes[0]] = first;
    texts[this.axes[1]] = this.frameOf.snapped(1, 1 - y / PANE, grid);
    return texts;
  }

  center() {
    return this.rational([PANE / 2, PANE / 2]);
  }

  choose(p) {
    this.chosen = p;
    for (const mark of this.picture.querySelectorAll(".tx-point"))
      mark.classList.toggle("tx-chosen", Number(mark.dataset.point) === p);
  }

  press(event) {
    const mark = event.target.closest("[data-point]");
    if (!mark) return;
    this.choose(Number(mark.dataset.point));
    if (!this.isEditable) return;
    event.preventDefault();
    mark.focus();
    this.dragged = Number(mark.dataset.point);
    this.before = this.app.draft;
    this.picture.setPointerCapture(event.pointerId);
  }

  move(event) {
    if (this.dragged === undefined) return;
    const moved = this.rational(this.local(event));
    const texts = this.app.draft.points[this.dragged].map((old, k) =>
      this.dim > 2 && !this.axes.includes(k) ? old : moved[k]);
    if (texts.join() !== this.app.draft.points[this.dragged].join()) this.put(this.dragged, texts, false);
  }

  release() {
    if (this.dragged === undefined) return;
    const p = this.dragged;
    this.dragged = undefined;
    if (JSON.stringify(this.before) !== JSON.stringify(this.app.draft)) this.app.remember(this.before);
    if (!this.fits()) this.frame();
    this.draw();
    this.focus(p);
  }

  focus(p) {
    this.picture.querySelector(`[data-point="${p}"]`)?.focus({ preventScroll: true });
  }

  put(p, texts, isStep = true) {
    const points = this.app.draft.points.map((old, q) => (q === p ? texts : old));
    this.app.edit({ ...this.app.draft, points }, isStep);
  }

  type(p, k, field) {
    const value = parseRational(field.value);
    const isLong = value?.some((part) => `${part}`.replace("-", "").length > MOST_DIGITS);
    field.setCustomValidity(isLong ? `at most ${MOST_DIGITS} digits` : value ? "" : "a number such as 3, 0.25 or 1/3");
    if (!field.reportValidity()) return;
    field.value = rationalText(value);
    this.put(p, this.app.draft.points[p].map((old, i) => (i === k ? field.value : old)));
  }

  add(texts) {
    if (!this.isEditable) return;
    const { points, labels, weights } = this.app.draft;
    this.app.edit({ ...this.app.draft, points: [...points, texts], labels: labels.length ? [...labels, 1] : [], weights: [...weights, 1] });
  }

  remove(p) {
    if (this.app.draft.points.length < 2) return this.app.say("The last point stays.");
    const without = (list) => list.filter((_, q) => q !== p);
    const { points, labels, weights } = this.app.draft;
    this.app.edit({ ...this.app.draft, points: without(points), labels: without(labels), weights: without(weights) });
  }

  // Give labels to points that have none.
  label() {
    this.app.edit({ ...this.app.draft, labels: this.app.draft.points.map(() => 1) });
  }

  relabel(p) {
    this.app.edit({ ...this.app.draft, labels: this.app.draft.labels.map((own, q) => (q === p ? -own : own)) });
  }

  key(event, p) {
    if (!this.isEditable) return;
    const step = { ArrowLeft: [0, -1n], ArrowRight: [0, 1n], ArrowDown: [1, -1n], ArrowUp: [1, 1n] }[event.key];
    if (step && (step[0] === 0 || this.dim > 1)) {
      const axis = this.dim === 1 ? 0 : this.axes[step[0]];
      const grid = BigInt(this.grid);
      const [top, bottom] = parseRational(this.app.draft.points[p][axis]);
      const moved = rationalText(shortest(top * grid + step[1] * bottom, bottom * grid));
      this.put(p, this.app.draft.points[p].map((old, k) => (k === axis ? moved : old)));
    } else if (event.key === " ") this.relabel(p);
    else if (event.key === "Delete" || event.key === "Backspace") this.remove(p);
    else return;
    event.preventDefault();
  }
}
