// The plane of a network with its regions: zoomed and moved by pointer and keys. Elements for hundreds of regions, a
// canvas for thousands. A view has scene regions, hidden layers, a selected region, cross(side), select(region), hover.
import { html, svg } from "./dom.js";
import { TINTS } from "./palette.js";

const SIZE = 640;
const MOST_ZOOM = 2000;
const DASHES = ["", "6 2", "2 2", "7 2 2 2", "9 3", "2 4"];
const HANDLE = 8; // the widest handle of a side, in pixels

export class Chart {
  constructor(view, label) {
    this.view = view;
    this.corner = [0, 0];
    this.zoom = 1;
    this.picture = svg("svg", { class: "tx-regions tx-plane" });
    this.canvas = html("canvas", { class: "tx-plane", width: 2 * SIZE, height: 2 * SIZE });
    this.element = html("div", { class: "tx-chart", tabindex: 0, role: "application", "aria-label": label });
    this.listen();
  }

  load(scene, usesCanvas) {
    this.scene = scene;
    this.usesCanvas = usesCanvas;
    const [low, high] = scene.window;
    const widths = [high[0] - low[0], high[1] - low[1]];
    const ratio = widths[0] / widths[1];
    const scale = ratio > 0.5 && ratio < 2 ? Math.max(...widths) : null;
    const place = ([x, y]) => [((x - low[0]) / (scale ?? widths[0])) * SIZE, SIZE - ((y - low[1]) / (scale ?? widths[1])) * SIZE];
    this.polygons = scene.regions.map((region) => region.places.map(place));
    this.sides = scene.sides.map((side) => side.places.map(place));
    this.boundary = scene.boundary.map((places) => places.map(place));
    this.place = place;
    this.element.replaceChildren(usesCanvas ? this.canvas : this.picture);
  }

  // For an export: the picture as elements, however many they are, until it is loaded again.
  showElements() {
    this.usesCanvas = false;
    this.element.replaceChildren(this.picture);
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
    this.element.style.touchAction = this.zoom > 1 ? "none" : "pan-y";
    this.picture.setAttribute("viewBox", `${this.corner.join(" ")} ${size} ${size}`);
    if (this.usesCanvas) this.outline();
    else for (const handle of this.picture.querySelectorAll(".tx-handle")) handle.style.strokeWidth = this.width(handle.dataset.side);
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
    if (this.usesCanvas) return this.outline();
    const { hidden, showsBoundary } = this.view;
    const text = (points) => points.map(([x, y]) => `${x.toFixed(4)},${y.toFixed(4)}`).join(" ");
    const shown = this.sides.map((_, i) => i).filter((i) => !hidden.has(this.scene.sides[i].layer));
    this.mark = svg("polygon", { class: "tx-outline" });
    this.picture.replaceChildren(
      ...this.polygons.map((points, i) => svg("polygon", { points: text(points), "data-region": i, class: "tx-region",
        fill: this.tint(i) })),
      ...shown.map((i) => svg("polyline", { points: text(this.sides[i]), "data-layer": this.scene.sides[i].layer,
        class: `tx-side${this.scene.sides[i].bends ? "" : " tx-faded"}`, "stroke-dasharray": this.dashes(i) })),
      ...(showsBoundary ? this.boundary : []).map((points) => svg(points.length > 2 ? "polygon" : "polyline",
        { points: text(points), class: "tx-boundary" })),
      this.mark,
      ...shown.map((i) => svg("polyline", { points: text(this.sides[i]), class: "tx-handle", "data-side": i })));
    this.move();
    this.outline();
  }

  tint(i) {
    return TINTS[this.scene.regions[i].tint % TINTS.length];
  }

  dashes(i) {
    return DASHES[this.scene.sides[i].layer % DASHES.length];
  }

  // Mark the selected region.
  outline() {
    const { selected } = this.view;
    if (this.usesCanvas) {
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => this.paint());
    } else if (selected !== null) this.mark?.setAttribute("points", this.polygons[selected].join(" "));
  }

  paint() {
    const pen = this.canvas.getContext("2d");
    const scale = 2 * this.zoom;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, 2 * SIZE, 2 * SIZE);
    pen.setTransform(scale, 0, 0, scale, -this.corner[0] * scale, -this.corner[1] * scale);
    const trace = (points, isClosed = true) => {
      pen.beginPath();
      for (const [x, y] of points) pen.lineTo(x, y);
      if (isClosed) pen.closePath();
    };
    pen.globalAlpha = 0.8;
    this.polygons.forEach((points, i) => {
      if (!this.isSeen(points)) return;
      trace(points);
      pen.fillStyle = this.tint(i);
      pen.fill();
    });
    const line = (points, width, color, alpha, isClosed = false) => {
      if (!this.isSeen(points)) return;
      trace(points, isClosed);
      [pen.lineWidth, pen.strokeStyle, pen.globalAlpha] = [width / this.zoom, color, alpha];
      pen.stroke();
    };
    this.scene.sides.forEach((side, i) => {
      if (!this.view.hidden.has(side.layer)) line(this.sides[i], 0.7, "#333333", side.bends ? 1 : 0.3);
    });
    if (this.view.showsBoundary) for (const points of this.boundary) line(points, 3, "#1a1a1a", 1, points.length > 2);
    if (this.view.selected !== null) line(this.polygons[this.view.selected], 3.5, "#aa3377", 1, true);
  }

  isSeen(points) {
    const size = SIZE / this.zoom;
    return [0, 1].every((k) => points.some((p) => p[k] >= this.corner[k]) && points.some((p) => p[k] <= this.corner[k] + size));
  }

  // Pointer and keys

  at(event) {
    const box = this.element.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * (SIZE / this.zoom) + this.corner[0],
      ((event.clientY - box.top) / box.height) * (SIZE / this.zoom) + this.corner[1]];
  }

  // The region or the side under the pointer, as { region } or { side }.
  under(event) {
    if (!this.usesCanvas) {
      const mark = event.target.closest("[data-region], [data-side]");
      if (!mark) return {};
      return mark.dataset.side === undefined ? { region: Number(mark.dataset.region) } : { side: Number(mark.dataset.side) };
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
    this.element.addEventListener("pointerdown", (event) => {
      start = { at: [event.clientX, event.clientY], corner: this.corner };
      this.hasMoved = false;
    });
    this.element.addEventListener("pointermove", (event) => {
      if (!start) return this.view.hover(this.under(event).region ?? null);
      const moved = [event.clientX - start.at[0], event.clientY - start.at[1]];
      if (this.zoom === 1 || (!this.hasMoved && Math.hypot(...moved) < 5)) return;
      if (!this.hasMoved) this.element.setPointerCapture(event.pointerId);
      this.hasMoved = true;
      const unit = SIZE / this.zoom / this.element.clientWidth;
      this.corner = start.corner.map((low, k) => low - moved[k] * unit);
      this.move();
    });
    const end = () => {
      start = null;
      if (this.hasMoved) this.view.app.note();
    };
    for (const name of ["pointerup", "pointercancel"]) this.element.addEventListener(name, end);
    this.element.addEventListener("click", (event) => {
      if (this.hasMoved) return;
      const { region, side } = this.under(event);
      if (side !== undefined) this.view.cross(side);
      else if (region !== undefined) this.view.select(region);
    });
    this.element.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.zoomBy(Math.exp(-event.deltaY / 200), this.at(event));
    }, { passive: false });
    this.element.addEventListener("keydown", (event) => this.view.key(event));
  }
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
