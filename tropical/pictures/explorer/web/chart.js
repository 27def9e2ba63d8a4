// The plane of a network with its regions: zoomed and moved by pointer and keys. Elements for hundreds of regions, a
// canvas for thousands. A view has hidden layers, showsBoundary, a selected region, cross(side), select(region), hover.
import { Axes } from "./axes.js";
import { paintChart } from "./chartcanvas.js";
import { Coloring } from "./coloring.js";
import { html, svg } from "./dom.js";
import { float, minusPair, parseRational, plusPair, timesPair } from "./exact.js";
import { brokenLines } from "./lines.js";
import { mark } from "./marks.js";
import { layerLine, shade, SHADES } from "./palette.js";
import { rounded } from "./ticks.js";

const SIZE = 640;
const MOST_ZOOM = 2000;
const HANDLE = 8; // the widest handle of a side, in pixels
const MARK = 6; // the radius of a data point

export class Chart {
  constructor(view, label) {
    this.view = view;
    this.corner = [0, 0];
    this.zoom = 1;
    this.pointed = null;
    this.picture = svg("svg", { class: "tx-regions tx-plane" });
    this.canvas = html("canvas", { class: "tx-plane", width: 2 * SIZE, height: 2 * SIZE });
    this.marks = svg("svg", { class: "tx-marks", viewBox: `0 0 ${SIZE} ${SIZE}`, "aria-hidden": "true" });
    this.plot = html("div", { class: "tx-chart", tabindex: 0, role: "application", "aria-label": label });
    this.listen();
    this.axes = new Axes(this.plot);
    this.axes.words = (shares) => this.valuesAt(shares);
    this.element = this.axes.element;
  }

  load(scene, usesCanvas) {
    this.scene = scene;
    this.usesCanvas = usesCanvas;
    const [low, high] = scene.window.map((corner) => corner.map((value) => parseRational(String(value))));
    const widths = low.map((from, k) => minusPair(high[k], from));
    const [wide, tall] = [0, 1].map((k) => scene.window[1][k] - scene.window[0][k]);
    const isSquare = wide / tall > 0.5 && wide / tall < 2;
    const sides = isSquare ? (wide > tall ? [widths[0], widths[0]] : [widths[1], widths[1]]) : widths;
    this.whole = low.map((from, k) => {
      const start = minusPair(from, timesPair(minusPair(sides[k], widths[k]), [1n, 2n]));
      return [start, plusPair(start, sides[k])];
    });
    const [left, below] = this.whole.map(([start]) => float(start));
    this.units = isSquare ? [SIZE / Math.max(wide, tall), SIZE / Math.max(wide, tall)] : [SIZE / wide, SIZE / tall];
    const place = ([x, y]) => [(x - left) * this.units[0], SIZE - (y - below) * this.units[1]];
    this.place = place;
    this.polygons = scene.regions.map((region) => region.places.map(place));
    this.sides = scene.sides.map((side) => side.places.map(place));
    this.lines = brokenLines(scene.sides).map((line) => ({ ...line, points: line.points.map(place) }));
    this.boundary = scene.boundary.map((places) => places.map(place));
    this.points = (scene.data?.places ?? []).map(place);
    if (this.coloring?.scene !== scene) this.coloring = Object.assign(new Coloring(scene), { by: this.wayToColor(scene) });
    this.plot.replaceChildren(usesCanvas ? this.canvas : this.picture, this.marks);
  }

  // The way to color that was chosen before, as far as there is one.
  wayToColor(scene) {
    const before = this.coloring?.by;
    return new Coloring(scene).ways.some(([key]) => key === before) ? before : "map";
  }

  color(by) {
    this.coloring.by = by;
    this.draw();
  }

  // For an export: the picture as elements, however many they are, until it is loaded again.
  showElements() {
    this.usesCanvas = false;
    this.plot.replaceChildren(this.picture, this.marks);
    this.draw();
  }

  // The part that is seen

  state() {
    return this.zoom === 1 ? null : [...this.corner, this.zoom].map((value) => Number(value.toFixed(6))).join(",");
  }

  restore([x, y, zoom]) {
    [this.corner, this.zoom] = zoom >= 1 && zoom <= MOST_ZOOM ? [[x, y], zoom] : [[0, 0], 1];
    this.move();
  }

  reset() {
    this.restore([]);
    this.view.app.note();
  }

  zoomBy(factor, at = [0, 1].map((k) => this.corner[k] + SIZE / this.zoom / 2)) {
    const zoom = Math.min(MOST_ZOOM, Math.max(1, this.zoom * factor));
    this.corner = this.corner.map((low, k) => at[k] - ((at[k] - low) * this.zoom) / zoom);
    this.zoom = zoom;
    this.move();
    this.view.app.note();
  }

  // Show what the corner and the zoom say; no further than the chart.
  move() {
    const size = SIZE / this.zoom;
    this.corner = this.corner.map((low) => Number(Math.min(SIZE - size, Math.max(0, low)).toFixed(4)));
    this.plot.style.touchAction = this.zoom > 1 ? "none" : "pan-y";
    this.picture.setAttribute("viewBox", `${this.corner.join(" ")} ${size} ${size}`);
    this.axes.show(this.shown(), axisNames(this.scene));
    this.drawMarks();
    if (this.usesCanvas) this.outline();
    else for (const handle of this.picture.querySelectorAll(".tx-handle")) handle.style.strokeWidth = this.width(handle.dataset.side);
  }

  // The intervals of the coordinates that are seen.
  shown() {
    const size = SIZE / this.zoom;
    const starts = [this.corner[0] / SIZE, 1 - (this.corner[1] + size) / SIZE];
    const share = (value) => parseRational(String(value));
    return this.whole.map(([low, high], k) => {
      const width = minusPair(high, low);
      const start = plusPair(low, timesPair(width, share(Math.max(0, starts[k]))));
      return [start, plusPair(start, timesPair(width, share(1 / this.zoom)))];
    });
  }

  // Bring a region into sight.
  bring(places) {
    if (this.zoom === 1) return;
    const points = places.map(this.place);
    const size = SIZE / this.zoom;
    const middle = [0, 1].map((k) => points.reduce((sum, p) => sum + p[k], 0) / points.length);
    if (middle.every((value, k) => value > this.corner[k] && value < this.corner[k] + size)) return;
    this.corner = middle.map((value) => value - size / 2);
    this.move();
  }

  // The width of the handle of a side: short sides have thin ones, so that regions can be met between them.
  width(i) {
    const [[x, y], [u, v]] = this.sides[i];
    return Math.min(HANDLE, Math.max(1, 0.3 * Math.hypot(x - u, y - v) * this.zoom));
  }

  // Drawing

  draw() {
    this.parts = this.coloring.parts.map((part) => ({ ...part, points: part.points.map(this.place) }));
    if (this.usesCanvas) return this.move();
    const { hidden, showsBoundary } = this.view;
    const text = (points) => points.map(([x, y]) => `${x.toFixed(4)},${y.toFixed(4)}`).join(" ");
    this.mark = svg("polygon", { class: "tx-outline" });
    this.ramps = svg("defs");
    this.picture.replaceChildren(
      this.ramps,
      ...this.parts.map((part, i) => svg("polygon", { points: text(part.points), "data-region": part.region, class: "tx-region",
        fill: part.fill ?? this.ramp(part.ramp, i) })),
      ...this.lines.filter((line) => !hidden.has(line.layer)).map((line) => svg("polyline", { points: text(line.points),
        "data-layer": line.layer, class: `tx-side${line.bends ? "" : " tx-faded"}`, ...this.stroke(line.layer) })),
      ...(showsBoundary ? this.boundary : []).map((points) => svg(points.length > 2 ? "polygon" : "polyline",
        { points: text(points), class: "tx-boundary" })),
      this.mark,
      ...this.sides.flatMap((points, i) => (hidden.has(this.scene.sides[i].layer) ? [] : [svg("polyline", { points: text(points),
        class: "tx-handle", "data-side": i })])));
    this.move();
    this.outline();
  }

  // A line of a layer: thinner where there are many regions.
  stroke(layer) {
    const { color, dashes, width } = layerLine(layer);
    return { stroke: color, "stroke-dasharray": dashes || null, "stroke-width": (width * this.fineness).toFixed(2) };
  }

  get fineness() {
    return Math.min(1, (200 / this.polygons.length) ** 0.25);
  }

  // From where to where the values of a part rise in the chart, and the colors on the way as [share of it, color].
  slope({ least, shares: [from, to], slopes, rise }) {
    const [x, y] = this.place(least);
    const [u, v] = [slopes[0] / this.units[0], -slopes[1] / this.units[1]];
    const length = rise / (u * u + v * v);
    const inner = SHADES.map((_, k) => k / (SHADES.length - 1)).filter((share) => share > from && share < to);
    return { ends: [[x, y], [x + u * length, y + v * length]],
      stops: [from, ...inner, to].map((share) => [(share - from) / (to - from), shade(share)]) };
  }

  ramp(ramp, i) {
    const { ends: [[x1, y1], [x2, y2]], stops } = this.slope(ramp);
    this.ramps.append(svg("linearGradient", { id: `tx-ramp-${i}`, gradientUnits: "userSpaceOnUse", x1, y1, x2, y2 },
      stops.map(([offset, color]) => svg("stop", { offset, "stop-color": color }))));
    return `url(#tx-ramp-${i})`;
  }

  // Data points keep their size at any zoom.
  drawMarks() {
    const { kinds = [], wrong, ringed } = this.scene.data ?? {};
    const ring = (p, r) => [[wrong, "tx-halo"], [ringed, "tx-ringed"]].map(([points, name], k) =>
      (points?.includes(p) ? svg("circle", { r: r + 4 + 3 * k, class: name }) : null));
    const size = MARK * Math.min(1, Math.max(0.4, 14 / Math.sqrt(this.points.length)));
    const found = this.points.map(([x, y], p) => {
      const [u, v] = [(x - this.corner[0]) * this.zoom, (y - this.corner[1]) * this.zoom];
      return u < 0 || v < 0 || u > SIZE || v > SIZE ? null
        : svg("g", { transform: `translate(${u.toFixed(2)} ${v.toFixed(2)})` }, ring(p, size), mark(kinds[p] ?? 0, size));
    });
    this.marks.replaceChildren(...found.filter(Boolean));
  }

  // Mark the selected region.
  outline() {
    const { selected } = this.view;
    if (this.usesCanvas) {
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => paintChart(this, SIZE));
    } else if (selected !== null) this.mark?.setAttribute("points", this.polygons[selected].join(" "));
  }

  // Pointer and keys

  at(event) {
    const box = this.plot.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * (SIZE / this.zoom) + this.corner[0],
      ((event.clientY - box.top) / box.height) * (SIZE / this.zoom) + this.corner[1]];
  }

  // The outputs at the place of the pointer, about.
  valuesAt([u, v]) {
    if (this.pointed === null || !this.scene.regions[this.pointed]) return "";
    const point = [u, v].map((share, k) => {
      const [low, high] = this.shown()[k].map(float);
      return low + share * (high - low);
    });
    const forms = this.coloring.forms(this.pointed).slice(0, 4);
    return forms.map(([c, a, b], k) => `; y${k + 1} ≈ ${rounded(c + a * point[0] + b * point[1])}`).join("");
  }

  // The region or the side under the pointer, as { region } or { side }.
  under(event) {
    if (!this.usesCanvas) {
      const found = event.target.closest("[data-region], [data-side]");
      if (!found) return {};
      return found.dataset.side === undefined ? { region: Number(found.dataset.region) } : { side: Number(found.dataset.side) };
    }
    const point = this.at(event);
    const near = this.sides.findIndex((ends, i) => !this.view.hidden.has(this.scene.sides[i].layer) &&
      distance(point, ends) < this.width(i) / 2 / this.zoom);
    if (near >= 0) return { side: near };
    const region = this.polygons.findIndex((points) => contains(points, point));
    return region < 0 ? {} : { region };
  }

  listen() {
    let start = null;
    this.plot.addEventListener("pointerdown", (event) => {
      start = { at: [event.clientX, event.clientY], corner: this.corner };
      this.hasMoved = false;
    });
    this.plot.addEventListener("pointermove", (event) => {
      if (!event.buttons) start = null; // it was released elsewhere
      if (!start) {
        this.pointed = this.under(event).region ?? null;
        return this.view.hover(this.pointed);
      }
      const moved = [event.clientX - start.at[0], event.clientY - start.at[1]];
      if (this.zoom === 1 || (!this.hasMoved && Math.hypot(...moved) < 5)) return;
      if (!this.hasMoved) this.plot.setPointerCapture(event.pointerId);
      this.hasMoved = true;
      const unit = SIZE / this.zoom / this.plot.clientWidth;
      this.corner = start.corner.map((low, k) => low - moved[k] * unit);
      this.move();
    });
    const end = () => {
      start = null;
      if (this.hasMoved) this.view.app.note();
    };
    for (const name of ["pointerup", "pointercancel"]) this.plot.addEventListener(name, end);
    this.plot.addEventListener("click", (event) => {
      if (this.hasMoved) return;
      const { region, side } = this.under(event);
      if (side !== undefined) this.view.cross(side);
      else if (region !== undefined) this.view.select(region);
    });
    this.plot.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.zoomBy(Math.exp(-event.deltaY / 200), this.at(event));
    }, { passive: false });
    this.plot.addEventListener("keydown", (event) => this.view.key(event));
  }
}

// Names of the axes: those of a file with the coordinates that formulas are about, where there are some.
export function axisNames({ axes, columns }) {
  return axes.map((axis, k) => (columns?.[k] && columns[k] !== axis ? `${columns[k]} (${axis})` : axis));
}

function distance([x, y], [[a, b], [c, d]]) {
  const [u, v] = [c - a, d - b];
  const part = Math.min(1, Math.max(0, ((x - a) * u + (y - b) * v) / (u * u + v * v || 1)));
  return Math.hypot(x - a - part * u, y - b - part * v);
}

// Whether a point is in a convex polygon.
function contains(points, [x, y]) {
  const turns = points.map(([a, b], i) => {
    const [c, d] = points[(i + 1) % points.length];
    return (c - a) * (y - b) - (d - b) * (x - a);
  });
  return turns.every((turn) => turn >= 0) || turns.every((turn) => turn <= 0);
}
