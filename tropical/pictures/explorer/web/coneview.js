// The selected cone: the classifier that lives there, its walls, and paths to other cones.
import { dualSubdivision, largestEntry, regionCounts } from "./classifier.js";
import { button, check, html, svg } from "./dom.js";
import { minus, quotient } from "./exact.js";
import { termColor } from "./palette.js";

const MOST_DRAWN = 16; // points in a picture of a pattern
const STEP = 700; // milliseconds of one step of a path

export class ConeView {
  constructor(app) {
    this.app = app;
    this.marked = null;
    this.isReduced = false;
    this.body = html("div", { class: "tx-body" });
    this.element = html("section", { class: "tx-pane tx-cone", "aria-label": "Selected cone" },
      html("h2", { text: "Selected cone" }), this.body);
  }

  load() {
    this.marked = null;
    this.stop();
    this.draw();
  }

  draw() {
    const { fan, selected, scene } = this.app;
    if (selected === null) {
      this.body.replaceChildren(html("p", { text: "Click a cone of the fan, or a point of its graph." }));
      return;
    }
    const cone = scene.cones[selected];
    const parts = [
      this.summary(cone, selected),
      this.section("Dichotomy", this.dichotomy(cone, selected)),
      this.section("Activation pattern", cone.colors.length > MOST_DRAWN ? this.classes(cone) : this.bipartite(cone)),
      this.section("A parameter in the interior", ...this.parameter()),
      scene.data.dim <= 2 ? this.section("Dual subdivision with signs", ...this.subdivision()) : null,
      this.section(`Walls (${fan.neighbors[selected].length}${fan.open.has(selected) ? " in this part" : ""})`,
        this.walls(selected), this.rim(selected)),
      this.section("Paths", this.paths(selected)),
    ];
    this.body.replaceChildren(...parts.filter((part) => part !== null));
  }

  // The state of the view, for the address of the page.
  state() {
    return { reduced: this.isReduced ? 1 : null,
      marked: this.marked === null ? null : this.app.fan.cones[this.marked].colors.join(".") };
  }

  restore(parts) {
    this.isReduced = parts.get("reduced") === "1";
    this.marked = this.app.fan.find((parts.get("marked") ?? "").split("."));
    this.draw();
  }

  section(title, ...content) {
    return html("div", { class: "tx-part" }, html("h3", { text: title }), ...content);
  }

  summary(cone, i) {
    const { fan, scene } = this.app;
    const where = `Cone ${i + 1} of ${scene.cones.length}${scene.part ? " in this part" : ""}`;
    if (!fan.isLabelled) return html("p", { class: "tx-summary", text: `${where}.` });
    const words = [`${where}, 0/1 loss ${cone.loss}.`];
    const isMinimum = fan.isMinimum(i);
    if (cone.loss === 0 || (isMinimum && !scene.part && cone.loss === fan.losses[0])) words.push("Global minimum.");
    else if (isMinimum && cone.loss > fan.losses[0]) words.push("Spurious local minimum.");
    else if (isMinimum) words.push("Local minimum.");
    else if (isMinimum === null) words.push("Whether it is a local minimum is not known from this part.");
    return html("p", { class: "tx-summary", text: words.join(" ") });
  }

  dichotomy(cone, i) {
    const { labels } = this.app.scene.data;
    const { isLabelled } = this.app.fan;
    const isWrong = (sign, p) => isLabelled && sign !== labels[p];
    return html("p", { class: "tx-dichotomy" }, this.app.fan.signs(i).map((sign, p) => html("span", {
      class: isWrong(sign, p) ? "tx-wrong" : "", text: sign > 0 ? "+" : "−",
      title: `point ${p + 1}${isLabelled ? `: ${isWrong(sign, p) ? "wrong" : "right"}` : ""}` })));
  }

  // The points of each term in words, where there are too many for a picture.
  classes(cone) {
    const { fan, scene } = this.app;
    const terms = [...Array(scene.terms[0] + scene.terms[1]).keys()];
    const members = terms.map((i) => cone.colors.flatMap((c, p) => (c === i ? [p + 1] : [])));
    return html("ul", { class: "tx-classes" }, terms.map((i) => html("li", {},
      svg("svg", { viewBox: "0 0 12 12", width: 12, height: 12 },
        svg("circle", { cx: 6, cy: 6, r: 5, fill: termColor(i, scene.terms[0]), class: "tx-term" })),
      ` ${fan.termName(i)}: ${members[i].join(", ") || "no point"}`)));
  }

  bipartite(cone) {
    const { fan, scene } = this.app;
    const [m, terms] = [cone.colors.length, scene.terms[0] + scene.terms[1]];
    const [width, height] = [300, 96];
    const x = (k, size) => (width * (k + 0.5)) / size;
    const lines = cone.colors.map((c, p) => svg("line", { x1: x(p, m), y1: 20, x2: x(c, terms), y2: height - 22,
      class: "tx-link" }));
    const points = cone.colors.map((c, p) => svg("g", {}, svg("circle", { cx: x(p, m), cy: 20, r: 4, class: "tx-dot" }),
      svg("text", { x: x(p, m), y: 9, text: `${p + 1}` })));
    const names = [...Array(terms).keys()].map((i) => svg("g", {}, svg("circle", { cx: x(i, terms), cy: height - 22, r: 7,
      fill: termColor(i, scene.terms[0]), class: "tx-term" }),
      svg("text", { x: x(i, terms), y: height - 5, text: fan.termName(i) })));
    const label = cone.colors.map((c, p) => `point ${p + 1} to ${fan.termName(c)}`).join(", ");
    return svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "tx-bipartite", role: "img", "aria-label": label },
      lines, points, names);
  }

  // Adding one form to all terms changes no pattern: modulo such shifts the last form is 0.
  parameter() {
    const { theta, fan } = this.app;
    const rows = this.isReduced ? theta.map((row) => minus(row, theta.at(-1))) : theta;
    const lines = rows.map((row, i) => html("li", {}, html("code", { text: `${fan.termName(i)} = ${formula(row.map(String))}` })));
    return [html("ul", { class: "tx-parameter" }, lines), check("modulo adding one form to all", this.isReduced, (on) => {
      this.isReduced = on;
      this.draw();
      this.app.note();
    })];
  }

  subdivision() {
    const { theta, fan, scene } = this.app;
    const { vertices, edges } = dualSubdivision(theta);
    const flat = scene.data.dim === 1;
    const shifted = theta.map((row) => minus(row, theta[0])).map(([c, a, b]) => [a, flat ? c : b]);
    const unit = largestEntry(shifted);
    const raw = shifted.map((pair) => pair.map((entry) => quotient(entry, unit)));
    const [xs, ys] = [0, 1].map((k) => raw.map((p) => p[k]));
    const span = Math.max(Math.max(...xs) - Math.min(...xs), flat ? 0 : Math.max(...ys) - Math.min(...ys)) || 1;
    const tall = flat ? Math.max(...ys) - Math.min(...ys) || 1 : span;
    const at = raw.map(([a, b]) => [28 + (180 * (a - Math.min(...xs))) / span, 28 + (110 * (Math.max(...ys) - b)) / tall]);
    const center = [0, 1].map((k) => at.reduce((sum, p) => sum + p[k], 0) / at.length);
    const [width, height] = [0, 1].map((k) => Math.max(...at.map((p) => p[k])) + 30);
    const lines = edges.map(([a, b]) => svg("line", { x1: at[a][0], y1: at[a][1], x2: at[b][0], y2: at[b][1],
      class: a < fan.n !== b < fan.n ? "tx-mixed" : "tx-edge" }));
    const dots = at.map(([x, y], i) => svg("g", { class: vertices.includes(i) ? "" : "tx-idle" },
      i < fan.n ? svg("circle", { cx: x, cy: y, r: 7, fill: termColor(i, fan.n), class: "tx-term" })
        : svg("rect", { x: x - 6, y: y - 6, width: 12, height: 12, fill: termColor(i, fan.n), class: "tx-term" }),
      svg("text", { ...away([x, y], center, at.slice(0, i)), text: fan.termName(i) })));
    const [positive, negative] = regionCounts(theta, fan.n);
    const where = flat ? "On the whole line" : "In the whole plane";
    const words = `${where} ${positive} region${positive === 1 ? "" : "s"} where g > h, ${negative} where g < h. Heavy edges are ` +
      "dual to the decision boundary" + (flat ? "; heights are coefficients." : ".");
    return [svg("svg", { viewBox: `0 0 ${Math.max(width, 120)} ${height}`, width: Math.max(width, 120), class: "tx-subdivision", role: "img", "aria-label": words }, lines, dots),
      html("p", { class: "tx-note", text: words })];
  }

  walls(i) {
    const { fan, scene } = this.app;
    const own = scene.cones[i];
    const items = fan.neighbors[i].map(([j, points]) => {
      const other = scene.cones[j];
      const p = points[0];
      const flip = `${points.map((q) => q + 1).join(", ")}: ${fan.termName(own.colors[p])} → ${fan.termName(other.colors[p])}`;
      const change = fan.isLabelled ? other.loss - own.loss : 0;
      const text = `${flip}${change ? ` (loss ${change > 0 ? "+" : "−"}${Math.abs(change)})` : ""}`;
      return html("li", {}, button(text, () => this.app.select(j, { walks: true }), { "data-cone": j,
        "aria-label": `cross the wall of point ${text}` }));
    });
    return html("ul", { class: "tx-walls" }, items);
  }

  // What to do about walls that are not known.
  rim(i) {
    if (!this.app.fan.open.has(i)) return null;
    if (this.app.canCompute) return button("Load the cones around this one", () => this.app.loadAround(i));
    return html("p", { class: "tx-note", text: "Other walls may lead out of this part; run “tropical explore” to follow them." });
  }

  focus() {
    this.element.querySelector(".tx-walls button")?.focus({ preventScroll: true });
  }

  paths(i) {
    const { fan, scene } = this.app;
    const where = scene.part ? " in this part" : "";
    const best = fan.losses[0];
    const marked = this.marked;
    const found = [
      button(marked === i ? "Marked" : "Mark this cone", () => { this.marked = i; this.draw(); this.app.note(); }),
      marked !== null && marked !== i ? button(`Walk to the marked cone ${marked + 1}`, () => this.walk(marked)) : null,
      fan.isLabelled && fan.cones[i].loss > best ? button(`Walk to the nearest cone of loss ${best}${where}`, () => this.walk(this.nearest(i))) : null,
      this.timer ? button("Stop", () => { this.stop(); this.draw(); }) : null,
      this.walked ? html("p", { class: "tx-note", text: this.walked }) : null,
    ];
    return html("div", { class: "tx-paths" }, found);
  }

  nearest(i) {
    const { fan } = this.app;
    const seen = new Set([i]);
    for (const j of seen) {
      if (fan.cones[j].loss === fan.losses[0]) return j;
      for (const [k] of fan.neighbors[j]) seen.add(k);
    }
    return i;
  }

  walk(to) {
    const { fan, scene, selected } = this.app;
    const path = fan.path(selected, to);
    const losses = path.map((i) => fan.cones[i].loss);
    this.walked = `${path.length - 1} walls${fan.isLabelled ? `; losses ${losses.join(", ")}` : ""}.` +
      (scene.part ? " Outside this part there may be a shorter way." : "");
    this.app.showPath(path);
    this.stop();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.app.select(to, { keepPath: true });
    let step = 0;
    this.timer = setInterval(() => {
      step += 1;
      if (step >= path.length - 1) this.stop();
      this.app.select(path[Math.min(step, path.length - 1)], { keepPath: true });
    }, STEP);
    this.draw();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
  }
}

// Where the name of a point goes: on the side that is turned from the centre, or beside it if that place is taken.
function away([x, y], [u, v], before) {
  const twins = before.filter(([a, b]) => Math.hypot(x - a, y - b) < 16).length;
  if (twins) return { x: x + 20 * twins, y: y + 4 };
  const length = Math.hypot(x - u, y - v) || 1;
  return { x: x + (17 * (x - u)) / length, y: y + 4 + (17 * (y - v)) / length };
}

// A row (c, a_1, ..., a_d) of texts of numbers as "2 + 3 x1 − x2".
export function formula(row, names = row.slice(1).map((_, k) => `x${k + 1}`)) {
  const parts = [];
  row.forEach((text, k) => {
    if (text === "0") return;
    const isNegative = text.startsWith("-");
    const size = isNegative ? text.slice(1) : text;
    const term = k === 0 ? size : `${size === "1" ? "" : `${size} `}${names[k - 1]}`;
    parts.push(parts.length ? ` ${isNegative ? "−" : "+"} ${term}` : `${isNegative ? "−" : ""}${term}`);
  });
  return parts.join("") || "0";
}
