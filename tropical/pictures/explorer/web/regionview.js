// The linear regions of a network in the plane: patterns, affine maps, layers, the decision boundary.
import { Chart } from "./chart.js";
import { formula } from "./coneview.js";
import { button, check, choice, html, svg } from "./dom.js";
import { float, parseRational } from "./exact.js";
import { legend } from "./legend.js";
import { mark } from "./marks.js";
import { layerLine } from "./palette.js";
import { keepTints, nameOf } from "./tints.js";
import { Touch } from "./touch.js";

const MOST_POLYGONS = 700; // regions drawn as elements; more are drawn on a canvas
const MOST_KEY = 720; // pixels of the width of the legend

export class RegionView {
  constructor(app) {
    this.app = app;
    this.selected = null;
    this.hidden = new Set();
    this.showsBoundary = true;
    this.chart = new Chart(this, "Linear regions of the network. Arrow keys cross sides, plus and minus zoom.");
    this.tools = html("div", { class: "tx-tools" });
    this.hint = html("p", { class: "tx-note tx-hint" });
    this.legendBox = html("div", { class: "tx-legend-picture" });
    new ResizeObserver(() => this.app.scene && this.describe()).observe(this.legendBox);
    this.data = html("p", { class: "tx-note tx-data-note" });
    this.body = html("div", { class: "tx-body" });
    this.touch = new Touch(this);
    this.elements = [
      html("section", { class: "tx-pane tx-region-pane", "aria-label": "Regions" }, html("h2", { text: "Regions" }),
        this.tools, this.chart.element, this.hint, this.legendBox, this.data),
      this.touch.element,
      html("section", { class: "tx-pane tx-detail", "aria-label": "Selected region" },
        html("h2", { text: "Selected region" }), this.body),
    ];
  }

  stop() {
    this.touch.stop();
  }

  counts() {
    const { counts } = this.app.scene;
    return `${counts.activation_regions} activation regions, ${counts.linear_regions} linear regions, ` +
      `${counts.affine_maps} affine maps in the window`;
  }

  standard() {
    return this.app.scene.note || "Hover for pattern and map; click a region, then cross its sides.";
  }

  words(i) {
    const region = this.app.scene.regions[i];
    return `pattern ${region.pattern.map((layer) => layer.join("")).join(" | ")}; ${this.maps(region).join(", ")}`;
  }

  maps(region) {
    const [first, second] = this.app.scene.axes;
    return region.map.map((form, k) => {
      const isLong = this.app.scene.isRounded || form.some((text) => text.length > 12);
      const texts = isLong ? form.map((text) => `${Number(float(parseRational(text)).toPrecision(5))}`) : form;
      return `y${k + 1} ${isLong ? "≈" : "="} ${formula(texts, [first, second])}`;
    });
  }

  // The same with all digits that there are.
  wholeMaps(region) {
    const { axes: [first, second], isRounded } = this.app.scene;
    return region.map.map(([c, a, b], k) => `y${k + 1} ${isRounded ? "≈" : "="} (${a}) ${first} + (${b}) ${second} + (${c})`);
  }

  load() {
    const { scene } = this.app;
    scene.data ??= this.ofFile?.data; // scenes of changed weights are without
    if (!scene.columns?.length) scene.columns = this.ofFile?.columns;
    this.ofFile ??= scene;
    const layers = [...new Set(scene.sides.map((side) => side.layer))].sort((a, b) => a - b);
    this.hint.textContent = this.standard();
    const [low, high] = scene.window;
    this.widths = [high[0] - low[0], high[1] - low[1]];
    this.loadChart();
    this.neighbors = scene.regions.map(() => []);
    scene.sides.forEach((side) => {
      const [a, b] = side.regions;
      this.neighbors[a].push([b, side]);
      this.neighbors[b].push([a, side]);
    });
    this.layers = layers;
    this.select(this.largest(), false);
    this.buildTools();
    this.draw();
    this.touch.load();
  }

  // Show another scene: the same region stays selected, and maps keep their tints.
  change(scene) {
    const before = this.app.scene;
    const selected = before?.regions[this.selected];
    if (before) keepTints(scene, before);
    this.app.scene = scene;
    this.load();
    const i = selected ? scene.regions.findIndex((region) => nameOf(region) === nameOf(selected)) : -1;
    if (i >= 0) this.select(i, false);
  }

  buildTools() {
    const colors = choice("color of the regions", this.chart.coloring.ways, this.chart.coloring.by, (by) => {
      this.chart.color(by);
      this.describe();
      this.app.note();
    });
    const layer = (k) => {
      const box = check(`layer ${k + 1}`, !this.hidden.has(k), (on) => {
        if (on) this.hidden.delete(k);
        else this.hidden.add(k);
        this.draw();
        this.app.note();
      });
      const { color, dashes, width } = layerLine(k);
      box.append(svg("svg", { viewBox: "0 0 26 4", width: 26, height: 4, class: "tx-sample", "aria-hidden": "true" },
        svg("line", { x1: 0, x2: 26, y1: 2, y2: 2, stroke: color, "stroke-dasharray": dashes || null, "stroke-width": width })));
      return box;
    };
    const boundary = () => check("decision boundary", this.showsBoundary, (on) => {
      this.showsBoundary = on;
      this.draw();
      this.app.note();
    });
    this.tools.replaceChildren(html("label", { class: "check" }, "color by ", colors), ...this.layers.map(layer), ...(this.app.scene.boundary.length ? [boundary()] : []),
      button("−", () => this.chart.zoomBy(1 / 1.5), { "aria-label": "zoom out" }),
      button("+", () => this.chart.zoomBy(1.5), { "aria-label": "zoom in" }),
      button("Reset", () => this.chart.reset(), { "aria-label": "reset the view" }));
  }

  loadChart() {
    const { scene } = this.app;
    this.chart.load(scene, scene.regions.length > MOST_POLYGONS);
  }

  showElements() {
    this.chart.showElements();
  }

  hideElements() {
    this.loadChart();
    this.draw();
  }

  // The state of the view, for the address of the page.
  state() {
    return { region: this.selected, hidden: [...this.hidden].join(","), boundary: this.showsBoundary ? null : 0,
      view: this.chart.state(), colors: this.chart.coloring.by === "map" ? null : this.chart.coloring.by,
      ...this.touch.state() };
  }

  restore(parts) {
    const numbers = (name) => (parts.get(name) || "").split(",").filter(Boolean).map(Number);
    this.hidden = new Set(numbers("hidden").filter((k) => this.layers.includes(k)));
    this.showsBoundary = parts.get("boundary") !== "0";
    this.chart.restore(numbers("view"));
    if (this.chart.coloring.ways.some(([key]) => key === parts.get("colors"))) this.chart.coloring.by = parts.get("colors");
    this.touch.restore(parts);
    const [i] = numbers("region");
    if (this.app.scene.regions[i]) this.select(i, false);
    this.buildTools();
    this.draw();
  }

  largest() {
    const size = ({ places }) => [0, 1].map((k) => places.map((p) => p[k]))
      .reduce((area, values, k) => (area * (Math.max(...values) - Math.min(...values))) / this.widths[k], 1);
    const sizes = this.app.scene.regions.map(size);
    return sizes.indexOf(Math.max(...sizes));
  }

  // Go to the region on the other side.
  cross(i) {
    const [a, b] = this.app.scene.sides[i].regions;
    this.select(this.selected === a ? b : a);
  }

  draw() {
    this.chart.draw();
    this.describe();
  }

  // The legend, and what is said of the data.
  describe() {
    this.legendBox.replaceChildren(legend(this.entries(), this.chart.coloring.scale, Math.min(MOST_KEY, this.legendBox.clientWidth || MOST_KEY), "page"));
    const { data } = this.app.scene;
    this.data.hidden = !data;
    if (data) this.data.textContent = dataWords(data);
  }

  entries() {
    const { scene } = this.app;
    const shown = this.layers.filter((k) => !this.hidden.has(k));
    const found = [...this.chart.coloring.entries, ...shown.map((k) => ({ line: layerLine(k), text: `layer ${k + 1}` }))];
    if (scene.sides.some((side) => !side.bends)) found.push({ line: { color: "#1a1a1a", width: 1.4, opacity: 0.3 }, text: "same affine map" });
    if (scene.boundary.length && this.showsBoundary) found.push({ line: { color: "#1a1a1a", width: 3 }, text: "decision boundary" });
    const { labels, wrong } = scene.data ?? {};
    found.push(...(labels ?? []).map((name, k) => ({ mark: mark(k, 6), text: name })));
    return wrong?.length ? [...found, { mark: svg("circle", { r: 7, class: "tx-halo" }), text: "classified wrongly" }] : found;
  }

  // What is exported: a plot with its axes and its legend.
  figures() {
    const { chart } = this;
    return [{ name: "regions", pictures: [chart.picture, chart.marks], axes: chart.axes, entries: this.entries(), scale: chart.coloring.scale }];
  }

  select(i, isLoud = true) {
    const { scene } = this.app;
    this.selected = scene.regions.length ? i : null;
    this.chart.outline();
    if (this.selected === null) return;
    const region = scene.regions[i];
    const inside = this.body.contains(document.activeElement);
    this.body.replaceChildren(
      html("p", { class: "tx-summary", text: `Region ${i + 1} of ${scene.regions.length}, affine map ${region.number + 1}.` }),
      html("h3", { text: "Pattern, layer by layer" }),
      html("ul", {}, region.pattern.map((layer) => html("li", {}, html("code", { text: layer.join("") || "no gates" })))),
      html("h3", { text: "Affine map" }),
      html("ul", {}, this.maps(region).map((line) => html("li", {}, html("code", { text: line })))),
      html("details", {}, html("summary", { text: scene.isRounded ? "Map and vertices, rounded" : "Exact map and vertices" }),
        html("ul", {}, this.wholeMaps(region).map((line) => html("li", {}, html("code", { text: line })))),
        html("ul", {}, region.vertices.map((v) => html("li", {}, html("code", { text: `(${v.join(", ")})` }))))),
      html("h3", { text: `Sides (${this.neighbors[i].length})` }),
      html("ul", { class: "tx-walls" }, this.neighbors[i].map(([j, side]) => html("li", {}, button(
        `layer ${side.layer + 1}, gate ${side.gate + 1}${side.bends ? "" : " (same map)"}`, () => this.select(j),
        { "data-region": j })))));
    if (inside) this.body.querySelector(".tx-walls button")?.focus({ preventScroll: true });
    if (!isLoud) return;
    this.chart.bring(scene.regions[i].places);
    this.app.say(this.words(i));
    this.app.note();
  }

  hover(i) {
    this.hint.textContent = i === null ? this.standard() : this.words(i);
  }

  key(event) {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const factor = { "+": 1.5, "=": 1.5, "-": 1 / 1.5 }[event.key];
    if (factor) this.chart.zoomBy(factor);
    if (!direction || this.selected === null) return;
    event.preventDefault();
    const center = (i) => {
      const { places } = this.app.scene.regions[i];
      return [0, 1].map((k) => places.reduce((sum, p) => sum + p[k], 0) / places.length / this.widths[k]);
    };
    const [x, y] = center(this.selected);
    let [best, score] = [null, 0];
    for (const [j] of this.neighbors[this.selected]) {
      const [u, v] = center(j);
      const own = ((u - x) * direction[0] + (v - y) * direction[1]) / (Math.hypot(u - x, v - y) || 1);
      if (own > score) [best, score] = [j, own];
    }
    if (best !== null) this.select(best);
  }
}

function dataWords({ places, labels }) {
  return `${places.length} data point${places.length === 1 ? "" : "s"}${labels ? "" : "; without labels all have one mark"}.`;
}
