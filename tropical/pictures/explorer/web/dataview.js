// The data: points that can be dragged, the linear regions of g and h, the decision boundary. Clipping is exact.
import { Axes } from "./axes.js";
import { decisionBoundary, largestEntry, regions, winners } from "./classifier.js";
import { check, choice, html, svg, button } from "./dom.js";
import { Editor } from "./editor.js";
import { dot, homogeneous, parseRational, quotient } from "./exact.js";
import { placed } from "./marks.js";
import { termColor } from "./palette.js";
import { PANE, Window } from "./window.js";

const GRIDS = ["1", "2", "4", "10", "100"]; // denominators; finer ones for data on a small scale
const nearby = (share) => Math.min(1000, Math.max(-1000, share)); // far out of the window is out of it
const START_GRID = "10";
const SIZES = [[12, 9], [40, 7], [Infinity, 4.5]]; // of the marks of at most so many points, in pixels
const PER_DIGIT = 7; // pixels of the number of a point

export class DataView extends Editor {
  constructor(app) {
    super(app);
    this.grid = START_GRID;
    this.chosen = null;
    this.axes = [0, 1];
    this.shown = { regions: true, boundary: true };
    this.picture = svg("svg", { viewBox: `0 0 ${PANE} ${PANE}`, class: "tx-plane", role: "group",
      "aria-label": "Data points with labels and the selected classifier" });
    this.frameOfPicture = new Axes(this.picture);
    this.tools = html("div", { class: "tx-tools" });
    this.table = html("div", { class: "tx-points" });
    this.note = html("p", { class: "tx-note" });
    this.element = html("section", { class: "tx-pane tx-data", "aria-label": "Data" },
      html("h2", { text: "Data" }), this.tools, this.frameOfPicture.element, this.note, this.table);
    new ResizeObserver(() => this.app.scene && this.draw()).observe(this.picture);
    this.picture.addEventListener("pointerdown", (event) => this.press(event));
    this.picture.addEventListener("pointermove", (event) => this.move(event));
    this.picture.addEventListener("pointerup", (event) => this.release(event));
    this.picture.addEventListener("pointercancel", (event) => this.release(event));
    this.picture.addEventListener("dblclick", (event) => this.add(this.rational(this.local(event))));
  }

  get dim() {
    return this.app.scene.data.dim;
  }

  get isLabelled() {
    return this.app.draft.labels.length > 0;
  }

  // Names of the coordinates: those of the file, where it had some.
  get names() {
    const columns = this.app.columns ?? [];
    return [...Array(this.dim).keys()].map((k) => (columns[k] && columns[k] !== `x${k + 1}` ? `${columns[k]} (x${k + 1})` : `x${k + 1}`));
  }

  get isEditable() {
    return this.app.canCompute;
  }

  load() {
    const kind = `${this.dim} ${this.isEditable} ${this.isLabelled}`;
    const isNew = kind !== this.kind;
    this.kind = kind;
    if (this.axes.some((k) => k >= Math.max(this.dim, 2))) this.axes = [0, 1];
    if (isNew || (this.dragged === undefined && !this.fits())) this.frame();
    if (isNew) this.buildTools();
    this.draw();
  }

  // Steps of a point: fine enough for the window.
  grids() {
    const { digits } = this.frameOf;
    const found = digits > 2 ? [...GRIDS, `1${"0".repeat(digits)}`] : GRIDS;
    if (digits > 2 && this.grid === START_GRID) this.grid = found.at(-1);
    return found.map((bottom) => [bottom, bottom === "1" ? "1" : `1/${bottom}`]);
  }

  buildTools() {
    this.tools.replaceChildren();
    if (this.dim <= 2) {
      this.tools.append(check("regions", this.shown.regions, (on) => this.toggle("regions", on)),
        check("boundary", this.shown.boundary, (on) => this.toggle("boundary", on)));
    } else {
      const names = this.names.map((name, k) => [`${k}`, name]);
      [0, 1].forEach((side) => this.tools.append(choice(side ? "vertical axis" : "horizontal axis", names,
        `${this.axes[side]}`, (value) => this.turnTo(this.axes.map((k, i) => (i === side ? Number(value) : k))))));
    }
    if (this.isEditable) {
      this.tools.append(...[html("label", { class: "check" }, "grid ",
        choice("grid of the points", this.grids(), this.grid, (value) => {
          this.grid = value;
          this.app.note();
        })),
        button("Add point", () => this.add(this.center())),
        this.isLabelled ? null : button("Label the points", () => this.label()),
        button("Fit", () => { this.frame(); this.draw(); }, { "aria-label": "fit the window to the points" })].filter(Boolean));
    }
  }

  // Whether all points can be seen in the window.
  fits() {
    return this.app.scene.data.points.every((texts) => this.shownAxes().every((k, i) => {
      const share = this.frameOf.share(i, ...parseRational(texts[k]));
      return share > 0 && share < 1;
    }));
  }

  shownAxes() {
    return this.dim === 1 ? [0] : this.axes.slice(0, Math.min(2, this.dim));
  }

  toggle(name, on) {
    this.shown[name] = on;
    this.draw();
    this.app.note();
  }

  turnTo(axes) {
    this.axes = axes;
    this.frame();
    this.draw();
    this.app.note();
  }

  // The state of the view, for the address of the page.
  state() {
    const hidden = Object.keys(this.shown).filter((name) => !this.shown[name]);
    return { axes: this.dim > 2 ? this.axes.join(",") : null, without: hidden.join(","),
      grid: this.isEditable && this.grid !== START_GRID ? this.grid : null };
  }

  restore(parts) {
    const axes = (parts.get("axes") ?? "0,1").split(",").map(Number);
    if (axes.length === 2 && axes.every((k) => Number.isInteger(k) && k >= 0 && k < Math.max(this.dim, 2))) this.axes = axes;
    const hidden = (parts.get("without") ?? "").split(",");
    for (const name of Object.keys(this.shown)) this.shown[name] = !hidden.includes(name);
    if (/^10{0,30}$|^2$|^4$/.test(parts.get("grid") ?? "")) this.grid = parts.get("grid");
    this.frame();
    this.buildTools();
    this.draw();
  }

  // Fit the window to the data.
  frame() {
    const [lower, upper] = this.app.scene.window.map((corner) => this.shownAxes().map((k) => parseRational(corner[k])));
    this.frameOf = new Window(lower, upper);
    this.window = this.dim <= 2 ? this.frameOf.corners : null;
    this.frameOfPicture.show(this.frameOf.ranges, this.shownAxes().map((k) => this.names[k]));
  }

  // Where a point (w, w x, w y) is drawn.
  place(point) {
    const x = nearby(this.frameOf.share(0, point[1], point[0])) * PANE;
    return [x, this.dim === 1 ? PANE / 2 : PANE - nearby(this.frameOf.share(1, point[2], point[0])) * PANE];
  }

  draw() {
    const theta = this.app.theta;
    const n = this.app.scene.terms[0];
    const parts = [svg("rect", { width: PANE, height: PANE, class: "tx-ground" })];
    if (this.window && theta && this.dim === 2) parts.push(...this.planeParts(theta, n));
    if (this.window && theta && this.dim === 1) parts.push(...this.lineParts(theta, n));
    parts.push(...this.points(theta, n));
    const focused = this.picture.contains(document.activeElement) ? document.activeElement.dataset.point : undefined;
    this.picture.replaceChildren(...parts.flat());
    if (focused !== undefined) this.focus(Math.min(focused, this.app.draft.points.length - 1));
    this.describe();
    this.listPoints();
  }

  planeParts(theta, n) {
    const found = [];
    const text = (points) => points.map((p) => this.place(p).map((v) => v.toFixed(2)).join(",")).join(" ");
    if (this.shown.regions) {
      regions(theta, this.window).forEach((points, i) => {
        if (points.length > 2) found.push(svg("polygon", { points: text(points), class: "tx-region",
          fill: termColor(i, n), "data-term": i }, svg("title", { text: this.app.fan.termName(i) })));
      });
    }
    if (this.shown.boundary) {
      for (const [i, j, points] of decisionBoundary(theta, n, this.window)) {
        found.push(svg(points.length > 2 ? "polygon" : "polyline", { points: text(points), class: "tx-boundary",
          "data-terms": `${i},${j}`, "data-exact": points.map((p) => p.join(":")).join(" ") }));
      }
    }
    return found;
  }

  // One dimension: the graphs of g and h, scaled to the pane.
  lineParts(theta, n) {
    const parts = regions(theta, this.window);
    const found = [];
    const unit = largestEntry(theta);
    const groups = [theta.slice(0, n), theta.slice(n)];
    const graphs = groups.map((forms) => {
      const points = regions(forms, this.window).flatMap((own, i) => own.map((p) => [p, forms[i]]));
      points.sort(([p], [q]) => this.place(p)[0] - this.place(q)[0]);
      return points.map(([p, form]) => [this.place(p)[0], quotient(dot(form, p), p[0] * unit)]);
    });
    const values = graphs.flat().map(([, value]) => value);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const height = (value) => PANE * 0.92 - ((value - low) / (high - low || 1)) * PANE * 0.84;
    if (this.shown.regions) parts.forEach((ends, i) => {
      if (ends.length < 2) return;
      const xs = ends.map((p) => this.place(p)[0]);
      found.push(svg("rect", { x: Math.min(...xs), y: 0, width: Math.abs(xs[1] - xs[0]), height: PANE,
        class: "tx-region", fill: termColor(i, n), "data-term": i }));
    });
    graphs.forEach((points, side) => found.push(svg("polyline", { class: side ? "tx-graph tx-h" : "tx-graph tx-g",
      points: points.map(([x, value]) => `${x.toFixed(2)},${height(value).toFixed(2)}`).join(" ") },
      svg("title", { text: side ? "h" : "g" }))));
    if (this.shown.boundary) for (const [i, j, points] of decisionBoundary(theta, n, this.window)) {
      const xs = points.map((p) => this.place(p)[0]);
      found.push(svg("line", { x1: xs[0], x2: xs.at(-1), y1: 0, y2: PANE, class: "tx-boundary", "data-terms": `${i},${j}`,
        "data-exact": points.map((p) => p.join(":")).join(" ") }));
    }
    found.push(svg("line", { x1: 0, x2: PANE, y1: PANE / 2, y2: PANE / 2, class: "tx-axis" }));
    return found;
  }

  points(theta, n) {
    const { points } = this.app.draft;
    const unit = PANE / (this.picture.clientWidth || PANE); // of a pixel of the page
    const [, radius] = SIZES.find(([most]) => points.length <= most);
    const rows = points.map((texts) => homogeneous(texts.map(parseRational)));
    const copies = new Map();
    const places = rows.map((point) => {
      const before = copies.get(String(point)) ?? 0;
      copies.set(String(point), before + 1);
      const [x, y] = this.place(this.dim === 1 ? point : [point[0], point[1 + this.axes[0]], point[1 + this.axes[1]]]);
      return [x + before * 4 * radius * unit, y];
    });
    const spots = placed(places.map((place) => place.map((value) => value / unit)), radius + 2,
      points.map((_, p) => PER_DIGIT * `${p + 1}`.length), 12, PANE / unit);
    return points.map((texts, p) => this.point(p, places[p], unit, radius, spots[p], theta && this.isWrong(theta, n, rows[p], p)));
  }

  // Whether a point is on the wrong side, or on the boundary; points without labels never are.
  isWrong(theta, n, point, p) {
    if (!this.isLabelled) return false;
    const own = winners(theta, point);
    return (own.some((i) => i < n) && own.some((i) => i >= n)) || own[0] < n !== this.app.draft.labels[p] > 0;
  }

  point(p, [x, y], unit, radius, spot, isWrong) {
    const { points, labels, weights } = this.app.draft;
    const sign = this.isLabelled ? (labels[p] > 0 ? "+" : "−") : null;
    const name = `point ${p + 1} at (${points[p].join(", ")})${sign ? `, label ${sign}` : ""}` +
      (weights[p] > 1 ? `, weight ${weights[p]}` : "") + (isWrong ? ", misclassified" : "");
    const side = 0.9 * radius;
    const mark = sign === "−" ? svg("rect", { x: -side, y: -side, width: 2 * side, height: 2 * side })
      : svg("circle", { r: sign ? radius : 0.6 * radius });
    return svg("g", { transform: `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${unit.toFixed(4)})`, tabindex: 0, role: "button",
      class: `tx-point${sign ? "" : " tx-plain"}${isWrong ? " tx-wrong" : ""}${p === this.chosen ? " tx-chosen" : ""}`, "data-point": p,
      "aria-label": name, onkeydown: (event) => this.key(event, p), onfocus: () => this.choose(p) },
      svg("title", { text: name }), svg("circle", { r: Math.max(12, 2 * radius), class: "tx-touch" }),
      isWrong ? svg("circle", { r: radius + 5, class: "tx-halo" }) : null, mark,
      sign && radius > 5 ? svg("text", { text: sign, y: 1, "font-size": 1.7 * radius }) : null,
      spot ? svg("text", { text: `${p + 1}`, x: spot[0], y: spot[1], class: "tx-number" }) : null);
  }

  describe() {
    const words = [];
    const { names } = this.app;
    const kinds = (this.isLabelled ? [["1", "+"], ["-1", "−"]] : []).filter(([key, mark]) => names[key] !== undefined && ![mark, "-"].includes(names[key]));
    if (kinds.length) words.push(`${kinds.map(([key, mark]) => `${mark} is “${names[key]}”`).join(", ")}.`);
    const { points } = this.app.draft;
    if (new Set(points.map((texts) => texts.join())).size < points.length) words.push("Equal points are drawn side by side.");
    if (!this.isLabelled) words.push("The data has no labels: there are no losses, and points have no signs.");
    if (this.dim > 2) words.push(`Projection of ${this.dim}-dimensional data to two coordinates; regions and boundary ` +
      "are not drawn, because they have no image of their own in it.");
    if (this.dim === 1) words.push("Graphs of g (solid) and h (dashed) over the line of the data.");
    if (!this.isEditable) words.push("This page is a record: run “tropical explore” to move points.");
    else words.push(`Drag points, or use arrow keys; ${this.isLabelled ? "space relabels, " : ""}Delete removes, double click adds.`);
    this.note.textContent = words.join(" ");
  }

  listPoints() {
    if (this.table.contains(document.activeElement) && this.dragged === undefined) return;
    const { points, labels } = this.app.draft;
    const rows = points.map((texts, p) => html("li", {},
      html("span", { class: "tx-index", text: `${p + 1}` }),
      !this.isLabelled ? null : this.isEditable
        ? button(labels[p] > 0 ? "+" : "−", () => this.relabel(p), { "aria-label": `relabel point ${p + 1}` })
        : html("span", { text: labels[p] > 0 ? "+" : "−" }),
      texts.map((text, k) => this.isEditable
        ? html("input", { value: text, size: 6, "aria-label": `x${k + 1} of point ${p + 1}`,
            onchange: (event) => this.type(p, k, event.target) })
        : html("code", { text })),
      this.isEditable ? button("×", () => this.remove(p), { "aria-label": `delete point ${p + 1}` }) : null));
    this.table.replaceChildren(html("details", { open: this.isOpen, ontoggle: (e) => (this.isOpen = e.target.open) },
      html("summary", { text: "Exact coordinates" }), html("ol", {}, rows)));
  }

  // What is exported.
  figures() {
    const { names, fan, theta } = this.app;
    const n = this.app.scene.terms[0];
    const marks = this.isLabelled ? [["1", svg("circle", { r: 7 }), "+"], ["-1", svg("rect", { x: -6.5, y: -6.5, width: 13, height: 13 }), "−"]]
      .map(([key, mark, sign]) => ({ mark: svg("g", { class: "tx-point" }, mark, svg("text", { text: sign, y: 1, "font-size": 12 })),
        text: names[key] ?? `label ${sign}` })) : [];
    const isDrawn = theta && this.dim <= 2;
    const terms = isDrawn && this.shown.regions ? theta.map((_, i) => ({ fill: termColor(i, n), text: `${fan.termName(i)} is largest` })) : [];
    const boundary = isDrawn && this.shown.boundary ? [{ line: { color: "#1a1a1a", width: 3 }, text: "decision boundary g = h" }] : [];
    return [{ name: "data", pictures: [this.picture], axes: this.frameOfPicture, entries: [...marks, ...boundary, ...terms] }];
  }
}
