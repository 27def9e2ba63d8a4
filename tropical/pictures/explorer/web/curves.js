// Curves over the checkpoints of a training, one below the other, with a marker that moves; a click goes there. A curve
// is { name, values (null where one is not known yet), texts }; a path is { name, steps: [from, to, value], ticks }.
import { html, svg } from "./dom.js";
import { rounded } from "./ticks.js";

const CURVE_ROW = 62; // pixels of a curve with its title
const [LEFT_SIDE, RIGHT_SIDE, TITLE, LOWER] = [62, 12, 18, 20];
const MOST_DOTS = 60; // checkpoints whose values have dots
const CURVE_COLORS = ["#0072b2", "#0072b2", "#009e73", "#d55e00", "#d55e00", "#aa3377"];

export class Curves {
  constructor(go) {
    this.go = go;
    this.picture = svg("svg", { class: "tx-curves", role: "img", "aria-label": "curves over the checkpoints" });
    this.element = html("div", { class: "tx-curve-box" }, this.picture);
    new ResizeObserver(() => this.rows && this.draw()).observe(this.element);
    let isDown = false;
    const at = (event) => this.go(this.checkpointAt(event));
    this.picture.addEventListener("pointerdown", (event) => {
      isDown = true;
      this.picture.setPointerCapture(event.pointerId);
      at(event);
    });
    this.picture.addEventListener("pointermove", (event) => isDown && at(event));
    for (const name of ["pointerup", "pointercancel"]) this.picture.addEventListener(name, () => (isDown = false));
  }

  show(rows, count, place) {
    Object.assign(this, { rows, count, place });
    this.draw();
  }

  // The checkpoint next to the pointer.
  checkpointAt(event) {
    const box = this.picture.getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT_SIDE) / (box.width - LEFT_SIDE - RIGHT_SIDE);
    return Math.min(this.count - 1, Math.max(0, Math.round(share * (this.count - 1))));
  }

  x(place) {
    return LEFT_SIDE + (place / (this.count - 1)) * (this.width - LEFT_SIDE - RIGHT_SIDE);
  }

  draw() {
    this.width = this.element.clientWidth || 420;
    const height = this.rows.length * CURVE_ROW + LOWER;
    for (const [name, value] of Object.entries({ viewBox: `0 0 ${this.width} ${height}`, width: this.width, height }))
      this.picture.setAttribute(name, value);
    this.marker = svg("line", { class: "tx-marker", y1: 0, y2: height - LOWER });
    this.dots = this.rows.map((row) => svg("circle", { r: 4, class: "tx-marker-dot", fill: row.color }));
    this.texts = this.rows.map((_, k) => svg("text", { x: this.width - RIGHT_SIDE, y: k * CURVE_ROW + 12, "text-anchor": "end", class: "tx-now" }));
    this.scales = this.rows.map(scaleOf);
    this.picture.replaceChildren(...this.rows.flatMap((row, k) => this.curve(row, k)), ...this.axis(height - LOWER), this.marker, ...this.dots, ...this.texts);
    this.move(this.place);
  }

  y(k, value) {
    const [low, high] = this.scales[k];
    return k * CURVE_ROW + TITLE + (1 - (value - low) / (high - low)) * (CURVE_ROW - TITLE - 8) + 2;
  }

  curve(row, k) {
    const [low, high] = this.scales[k];
    const [top, bottom] = [this.y(k, high), this.y(k, low)];
    const label = (y, text) => svg("text", { x: LEFT_SIDE - 5, y: y + 4, "text-anchor": "end", text });
    const frame = svg("rect", { x: LEFT_SIDE, y: top, width: this.width - LEFT_SIDE - RIGHT_SIDE, height: bottom - top, class: "tx-curve-frame" });
    const found = [frame, svg("text", { x: LEFT_SIDE, y: k * CURVE_ROW + 12, class: "tx-curve-name", text: row.name }),
      label(top, rounded(high)), label(bottom, rounded(low))];
    if (row.ticks?.length) // one element: there may be thousands, and they are drawn anew with every frame that arrives
      found.push(svg("path", { d: row.ticks.map((place) => `M${this.x(place).toFixed(2)},${top}V${bottom}`).join(""), class: "tx-crossing" }));
    const line = (points) => svg("polyline", { points: points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join(" "), class: "tx-curve", stroke: row.color });
    if (row.steps) found.push(line(row.steps.flatMap(([from, to, value]) => [[this.x(from), this.y(k, value)], [this.x(to), this.y(k, value)]])));
    for (const run of runs(row.values ?? [])) {
      const points = run.map(([i, value]) => [this.x(i), this.y(k, value)]);
      found.push(line(points));
      if (this.count <= MOST_DOTS || run.length === 1)
        found.push(...points.map(([cx, cy]) => svg("circle", { cx: cx.toFixed(2), cy: cy.toFixed(2), r: 2, fill: row.color })));
    }
    return found;
  }

  axis(y) {
    const least = (this.count * 34) / (this.width - LEFT_SIDE - RIGHT_SIDE);
    const step = [1, 2, 5].flatMap((m) => [m, 10 * m, 100 * m, 1000 * m]).sort((a, b) => a - b).find((own) => own >= least) ?? this.count;
    const numbers = [...Array(this.count).keys()].filter((i) => i % step === 0);
    return numbers.map((i) => svg("text", { x: this.x(i), y: y + 13, "text-anchor": "middle", text: `${i}` }));
  }

  // Put the marker at a checkpoint.
  move(place) {
    this.place = place;
    if (!this.marker) return;
    const x = this.x(place);
    this.marker.setAttribute("x1", x);
    this.marker.setAttribute("x2", x);
    this.rows.forEach((row, k) => {
      const value = row.values?.[place] ?? row.at?.[place] ?? null;
      this.dots[k].setAttribute("visibility", value === null ? "hidden" : "visible");
      if (value !== null) {
        this.dots[k].setAttribute("cx", x);
        this.dots[k].setAttribute("cy", this.y(k, value));
      }
      this.texts[k].textContent = row.texts?.[place] ?? "";
    });
  }
}

export const curveColor = (k) => CURVE_COLORS[k % CURVE_COLORS.length];

// Runs of known values, as pairs of a number and a value.
function runs(values) {
  const found = [[]];
  values.forEach((value, i) => (value === null ? found.push([]) : found.at(-1).push([i, value])));
  return found.filter((run) => run.length);
}

function scaleOf({ values, steps }) {
  const all = (steps ? steps.map(([, , value]) => value) : values).filter((value) => value !== null);
  const [low, high] = all.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  return low === Infinity ? [0, 1] : low === high ? [low - 0.5, high + 0.5] : [low, high];
}
