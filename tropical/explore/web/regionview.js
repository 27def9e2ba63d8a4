// The linear regions of a network in the plane: patterns, affine maps, layers, the decision boundary.
import { formula } from "./coneview.js";
import { button, check, html, svg } from "./dom.js";
import { float, parseRational } from "./exact.js";
import { TINTS } from "./palette.js";

const CHART = 640;
const DASHES = ["", "6 2", "2 2", "7 2 2 2", "9 3", "2 4"];

export class RegionView {
  constructor(app) {
    this.app = app;
    this.selected = null;
    this.hidden = new Set();
    this.showsBoundary = true;
    this.picture = svg("svg", { viewBox: `0 0 ${CHART} ${CHART}`, class: "tx-regions tx-plane", tabindex: 0, role: "application",
      "aria-label": "Linear regions of the network. Arrow keys cross sides." });
    this.tools = html("div", { class: "tx-tools" });
    this.hint = html("p", { class: "tx-note" });
    this.body = html("div", { class: "tx-body" });
    this.elements = [
      html("section", { class: "tx-pane tx-region-pane", "aria-label": "Regions" }, html("h2", { text: "Regions" }),
        this.tools, this.picture, this.hint),
      html("section", { class: "tx-pane tx-detail", "aria-label": "Selected region" },
        html("h2", { text: "Selected region" }), this.body),
    ];
    this.picture.addEventListener("click", (event) => {
      const mark = event.target.closest("[data-region], [data-side]");
      if (mark?.dataset.side !== undefined) this.cross(Number(mark.dataset.side));
      else if (mark) this.select(Number(mark.dataset.region));
    });
    this.picture.addEventListener("pointermove", (event) => {
      const mark = event.target.closest("[data-region]");
      this.hint.textContent = mark ? this.words(Number(mark.dataset.region)) : this.standard();
    });
    this.picture.addEventListener("keydown", (event) => this.key(event));
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
      const isLong = form.some((text) => text.length > 12);
      const texts = isLong ? form.map((text) => `${Number(float(parseRational(text)).toPrecision(5))}`) : form;
      return `y${k + 1} ${isLong ? "≈" : "="} ${formula(texts, [first, second])}`;
    });
  }

  // The same with all digits.
  exactMaps(region) {
    const [first, second] = this.app.scene.axes;
    return region.map.map(([c, a, b], k) => `y${k + 1} = (${a}) ${first} + (${b}) ${second} + (${c})`);
  }

  load() {
    const { scene } = this.app;
    const layers = [...new Set(scene.sides.map((side) => side.layer))].sort((a, b) => a - b);
    this.tools.replaceChildren(...layers.map((layer) => check(`layer ${layer + 1}`, true, (on) => {
      if (on) this.hidden.delete(layer);
      else this.hidden.add(layer);
      this.draw();
    })), scene.boundary.length ? check("decision boundary", true, (on) => {
      this.showsBoundary = on;
      this.draw();
    }) : "");
    this.hint.textContent = this.standard();
    const [low, high] = scene.window;
    this.low = low;
    this.widths = [high[0] - low[0], high[1] - low[1]];
    const ratio = this.widths[0] / this.widths[1];
    this.scale = ratio > 0.5 && ratio < 2 ? Math.max(...this.widths) : null;
    this.neighbours = scene.regions.map(() => []);
    scene.sides.forEach((side) => {
      const [a, b] = side.regions;
      this.neighbours[a].push([b, side]);
      this.neighbours[b].push([a, side]);
    });
    this.select(this.largest(), false);
  }

  largest() {
    const size = ({ places }) => [0, 1].map((k) => places.map((p) => p[k]))
      .reduce((area, values, k) => (area * (Math.max(...values) - Math.min(...values))) / this.widths[k], 1);
    const sizes = this.app.scene.regions.map(size);
    return sizes.indexOf(Math.max(...sizes));
  }

  place([x, y]) {
    const at = [x - this.low[0], y - this.low[1]].map((v, k) => (v / (this.scale ?? this.widths[k])) * CHART);
    return [at[0].toFixed(2), (CHART - at[1]).toFixed(2)];
  }

  // Go to the region on the other side.
  cross(i) {
    const [a, b] = this.app.scene.sides[i].regions;
    this.select(this.selected === a ? b : a);
  }

  draw() {
    const { scene } = this.app;
    const text = (points) => points.map((p) => this.place(p).join(",")).join(" ");
    const polygons = scene.regions.map((region, i) => svg("polygon", { points: text(region.places), "data-region": i,
      class: `tx-region${i === this.selected ? " tx-selected" : ""}`, fill: TINTS[region.tint % TINTS.length] }));
    const sides = scene.sides.filter((side) => !this.hidden.has(side.layer)).map((side) => svg("polyline", {
      points: text(side.places), class: `tx-side${side.bends ? "" : " tx-faded"}`,
      "stroke-dasharray": DASHES[side.layer % DASHES.length], "data-layer": side.layer }));
    const handles = scene.sides.map((side, i) => (this.hidden.has(side.layer) ? null : svg("polyline", {
      points: text(side.places), class: "tx-handle", "data-side": i }))).filter(Boolean);
    const boundary = this.showsBoundary ? scene.boundary.map((places) => svg(places.length > 2 ? "polygon" : "polyline",
      { points: text(places), class: "tx-boundary" })) : [];
    const chosen = this.selected === null ? [] : [svg("polygon", { points: text(scene.regions[this.selected].places),
      class: "tx-outline" })];
    this.picture.replaceChildren(...polygons, ...sides, ...boundary, ...chosen, ...handles);
  }

  select(i, isLoud = true) {
    const { scene } = this.app;
    this.selected = scene.regions.length ? i : null;
    this.draw();
    if (this.selected === null) return;
    const region = scene.regions[i];
    const inside = this.body.contains(document.activeElement);
    this.body.replaceChildren(
      html("p", { class: "tx-summary", text: `Region ${i + 1} of ${scene.regions.length}, affine map ${region.number + 1}.` }),
      html("h3", { text: "Pattern, layer by layer" }),
      html("ul", {}, region.pattern.map((layer) => html("li", {}, html("code", { text: layer.join("") || "no gates" })))),
      html("h3", { text: "Affine map" }),
      html("ul", {}, this.maps(region).map((line) => html("li", {}, html("code", { text: line })))),
      html("details", {}, html("summary", { text: "Exact map and vertices" }),
        html("ul", {}, this.exactMaps(region).map((line) => html("li", {}, html("code", { text: line })))),
        html("ul", {}, region.vertices.map((v) => html("li", {}, html("code", { text: `(${v.join(", ")})` }))))),
      html("h3", { text: `Sides (${this.neighbours[i].length})` }),
      html("ul", { class: "tx-walls" }, this.neighbours[i].map(([j, side]) => html("li", {}, button(
        `layer ${side.layer + 1}, gate ${side.gate + 1}${side.bends ? "" : " (same map)"}`, () => this.select(j),
        { "data-region": j })))));
    if (inside) this.body.querySelector(".tx-walls button")?.focus({ preventScroll: true });
    if (isLoud) this.app.say(this.words(i));
  }

  key(event) {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!direction || this.selected === null) return;
    event.preventDefault();
    const centre = (i) => {
      const { places } = this.app.scene.regions[i];
      return [0, 1].map((k) => places.reduce((sum, p) => sum + p[k], 0) / places.length / this.widths[k]);
    };
    const [x, y] = centre(this.selected);
    let [best, score] = [null, 0];
    for (const [j] of this.neighbours[this.selected]) {
      const [u, v] = centre(j);
      const own = ((u - x) * direction[0] + (v - y) * direction[1]) / (Math.hypot(u - x, v - y) || 1);
      if (own > score) [best, score] = [j, own];
    }
    if (best !== null) this.select(best);
  }
}
