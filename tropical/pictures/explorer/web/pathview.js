// The path of a training through the classification fan of its data: the cones and walls next to a checkpoint.
import { button, html } from "./dom.js";
import { rounded } from "./ticks.js";

const MOST_ROWS = 60; // crossings that are listed at a checkpoint
const MOST_POINTS = 12; // of a crossing
const KINDS = { wall: "crosses a wall", touch: "touches a wall", entering: "enters a smaller cone", leaving: "leaves a smaller cone",
  start: "starts in a smaller cone", end: "ends in a smaller cone" };

export class PathView {
  // ring(points) marks points in the picture.
  constructor({ path, notes, checkpoints }, ring) {
    Object.assign(this, { path, ring, count: checkpoints.length });
    this.summary = html("p", { class: "tx-summary tx-path-summary" });
    this.cone = html("p", { class: "tx-note" });
    this.list = html("ol", { class: "tx-crossings" });
    const body = path ? [this.summary, this.cone, this.list] : [];
    this.element = html("section", { class: "tx-pane tx-path", "aria-label": "Path through the fan" },
      html("h2", { text: "Path through the fan of the data" }), ...body, ...notes.map((text) => html("p", { class: "tx-note", text })));
    if (path) this.summary.textContent = pathSummary(path);
    this.row = path && this.curve(path);
  }

  // The row of the curves: the loss in every cone, and places where walls are crossed.
  curve(path) {
    const ticks = path.crossings.map(({ place }) => place);
    const steps = path.losses ? path.cones.map(({ from, to, loss }) => [from, to, loss]) : path.cones.map(({ from, to }) => [from, to, 0]);
    const texts = path.losses?.map((_, k) => this.coneWords(k));
    return { name: path.losses ? "loss along the path, and walls" : "walls along the path", steps, ticks, at: path.losses, texts };
  }

  // The cone of a checkpoint: at a crossing it is a face of those beside it, unless the path stays in it.
  coneWords(k) {
    const { crossings, cones } = this.path;
    const next = crossings.find(({ step }) => step >= k);
    const number = 1 + (next ? this.before(next) : cones.length - 1);
    const kind = next?.at === `${k}` ? next.kind : null;
    const where = { wall: `a face of cones ${number} and ${number + 1}`, touch: `a face of cones ${number} and ${number + 1}`,
      start: "a face of cone 1", end: `a face of cone ${number}`, entering: `cone ${number + 1}` };
    return `${where[kind] ?? `cone ${number}`} of ${cones.length}`;
  }

  move(k) {
    if (!this.path) return;
    const own = this.path.crossings.filter(({ step, at }) => step === k || at === `${k + 1}`);
    const many = own.length === 1 ? "one crossing" : `${own.length || "no"} crossings`;
    const step = k < this.count - 1 ? ` From here to the next checkpoint: ${many}.` : "";
    this.cone.textContent = `Checkpoint ${k}: ${this.coneWords(k)}.${step}`;
    this.list.replaceChildren(...own.slice(0, MOST_ROWS).map((crossing) => this.item(crossing)));
    if (own.length > MOST_ROWS) this.list.append(html("li", { text: `and ${own.length - MOST_ROWS} more` }));
  }

  item(crossing) {
    const { place, at, kind, points, codimension } = crossing;
    const [before, after] = this.sides(crossing);
    const losses = [before, crossing.loss, after];
    const loss = before === null ? "" : `; loss ${new Set(losses).size === 1 ? before : losses.join(" → ")}`;
    const where = button(at.length < 12 ? at : `≈ ${rounded(place)}`, () => this.ring(points), { title: at,
      "aria-label": `mark the points of the crossing at ${at}` });
    const many = codimension > 1 ? `, where the cone has codimension ${codimension}` : "";
    const listed = points.slice(0, MOST_POINTS).map((i) => i + 1).join(", ");
    const others = points.length > MOST_POINTS ? ` and ${points.length - MOST_POINTS} more` : "";
    return html("li", {}, where, ` ${KINDS[kind]} at ${points.length === 1 ? "point" : "points"} ${listed}${others}${many}${loss}`);
  }

  // The losses before and after: between two cones there is one crossing.
  sides(crossing) {
    const i = this.before(crossing);
    return [i, i + 1].map((j) => this.path.cones[j]?.loss ?? crossing.loss);
  }

  // The number of the cone before a crossing; -1 at the start.
  before(crossing) {
    const { crossings } = this.path;
    return crossings.indexOf(crossing) - (crossings[0].kind === "start" ? 1 : 0);
  }
}

function pathSummary({ terms, walls, distinct_cones: cones, highest_loss: highest }) {
  const loss = highest === null ? "" : `; highest loss ${highest}`;
  return `${walls} wall${walls === 1 ? "" : "s"} crossed, ${cones} cone${cones === 1 ? "" : "s"} passed, of ${terms[0]} terms less ${terms[1]}${loss}.`;
}
