// The lines on which units of the first layer are 0, on top of a chart: they are dragged aside, or turned by their ends.
// The weights that follow are short decimals, so that they can be read; what they mean is computed exactly.
import { svg } from "./dom.js";
import { float, parseRational, rationalText } from "./exact.js";

const CHART_SIDE = 640; // of a chart
const TURN_GRAIN = 1000; // turns are told apart as finely as this

export class UnitLines {
  constructor(touch) {
    this.touch = touch;
    this.picture = svg("svg", { class: "tx-lines", viewBox: `0 0 ${CHART_SIDE} ${CHART_SIDE}` });
    this.chart = touch.view.chart;
    new MutationObserver(() => this.draw()).observe(this.chart.picture, { attributeFilter: ["viewBox"] });
    this.listen();
  }

  // The part of the window that is seen: its lower left corner and its widths.
  get seen() {
    const { corner, zoom } = this.chart;
    const size = CHART_SIDE / zoom;
    const [x, y] = this.data([corner[0], corner[1] + size]);
    const [u, v] = this.data([corner[0] + size, corner[1]]);
    return { low: [x, y], widths: [u - x, v - y] };
  }

  // The point of the plane at a place of the chart.
  data([x, y]) {
    const [[a, b], [c], [, d]] = [this.chart.place([0, 0]), this.chart.place([1, 0]), this.chart.place([0, 1])];
    return [(x - a) / (c - a), (y - b) / (d - b)];
  }

  // The ends of a line w x + b = 0 at the border of what is seen; null if it is not seen.
  ends([w0, w1, b]) {
    const { low, widths } = this.seen;
    const [high, found] = [low.map((value, k) => value + widths[k]), []];
    for (const [k, other, wk, wo] of [[0, 1, w0, w1], [1, 0, w1, w0]]) for (const value of [low[k], high[k]]) {
      const across = -(wk * value + b) / wo;
      if (!(across >= low[other] && across <= high[other])) continue;
      const point = k === 0 ? [value, across] : [across, value];
      if (!found.some((p) => Math.hypot((p[0] - point[0]) / widths[0], (p[1] - point[1]) / widths[1]) < 1e-9)) found.push(point);
    }
    return found.length === 2 ? found : null;
  }

  draw() {
    const { chart, touch } = this;
    if (!chart.place || !chart.plot.isConnected) return;
    if (this.picture.parentNode !== chart.plot) chart.plot.append(this.picture);
    const size = CHART_SIDE / chart.zoom;
    this.picture.setAttribute("viewBox", `${chart.corner.join(" ")} ${size} ${size}`);
    const shown = touch.lines().map((line, i) => ({ i, ends: this.ends(line) })).filter(({ ends }) => ends)
      .sort((a, b) => (a.i === touch.held) - (b.i === touch.held)); // the one that is held on top
    const text = (ends) => ends.map((p) => chart.place(p).join(",")).join(" ");
    const handle = (i, k, point) => {
      const [cx, cy] = chart.place(point);
      return svg("circle", { cx, cy, r: (8 * size) / (chart.plot.clientWidth || CHART_SIDE), class: "tx-turn", "data-unit": i, "data-end": k });
    };
    this.picture.replaceChildren(
      ...shown.map(({ i, ends }) => svg("polyline", { points: text(ends), "data-unit": i,
        class: `tx-unit${i === touch.held ? " tx-held" : ""}` }, svg("title", { text: `unit ${i} of the first layer: drag it` }))),
      ...shown.filter(({ i }) => i === touch.held).flatMap(({ i, ends }) =>
        ends.map((end, k) => handle(i, k, end.map((value, j) => value + 0.04 * (ends[1 - k][j] - value))))));
  }

  listen() {
    let held = null;
    const at = (event) => {
      const box = this.picture.getBoundingClientRect();
      const size = CHART_SIDE / this.chart.zoom;
      return this.data([this.chart.corner[0] + ((event.clientX - box.left) / box.width) * size,
        this.chart.corner[1] + ((event.clientY - box.top) / box.height) * size]);
    };
    this.picture.addEventListener("pointerdown", (event) => {
      const mark = event.target.closest("[data-unit]");
      if (!mark) return;
      event.stopPropagation();
      event.preventDefault();
      const unit = Number(mark.dataset.unit);
      this.touch.choose(unit, this.touch.first);
      const line = this.touch.lines()[unit];
      const end = mark.dataset.end === undefined ? null : Number(mark.dataset.end);
      held = { unit, line, end, start: at(event), ends: this.ends(line), moved: false };
      const drag = new AbortController();
      addEventListener("pointermove", follow, { signal: drag.signal });
      for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => drag.abort(), { signal: drag.signal });
    });
    // Followed on the whole page: the chart is drawn anew meanwhile.
    const follow = (event) => {
      const numbers = held.end === null ? this.moved(held, at(event)) : this.turned(held, at(event));
      if (numbers) this.touch.moveLine(held.unit, numbers, !held.moved);
      held.moved = true;
    };
    this.picture.addEventListener("click", (event) => event.stopPropagation());
  }

  // The bias of a line that is dragged aside.
  moved({ line: [w0, w1, b], start }, point) {
    const next = b - w0 * (point[0] - start[0]) - w1 * (point[1] - start[1]);
    return { bias: shortDecimal(next, this.grain(w0, w1)) };
  }

  // The weights of a line that is turned about its other end.
  turned({ line: [w0, w1], end, ends }, point) {
    const pivot = ends[1 - end];
    const [dx, dy] = [point[0] - pivot[0], point[1] - pivot[1]];
    const length = Math.hypot(dx, dy);
    if (!length) return null;
    const norm = Math.hypot(w0, w1) / length;
    const [before, sign] = [ends[end].map((value, k) => value - pivot[k]), w0 * -dy + w1 * dx];
    const turn = sign || w0 * -before[1] + w1 * before[0];
    const side = turn < 0 ? -1 : 1;
    const weights = [-dy * norm * side, dx * norm * side].map((value) => shortDecimal(value, Math.hypot(w0, w1) / TURN_GRAIN));
    const [u, v] = weights.map((text) => float(parseRational(text)));
    return { weights, bias: shortDecimal(-(u * pivot[0] + v * pivot[1]), this.grain(u, v)) };
  }

  // By how much a bias changes if the line moves by about a pixel.
  grain(w0, w1) {
    const { widths } = this.seen;
    return (Math.abs(w0) * widths[0] + Math.abs(w1) * widths[1]) / CHART_SIDE / 2;
  }
}

// A number as the text of a short rational, no further from it than a grain.
export function shortDecimal(value, grain) {
  const digits = Math.min(Math.max(Math.ceil(-Math.log10(grain)), 0), 18);
  const text = Number.isFinite(value) && Math.abs(value) < 1e18 ? value.toFixed(digits) : "0";
  return rationalText(parseRational(text));
}
