// Axes beside a plot: ticks, numbers and names, in pixels of the page whatever the size of the plot.
import { html, shortened, svg } from "./dom.js";
import { numberAt, ticks } from "./ticks.js";

export const LEFT = 66; // the width of the left axis
export const BELOW = 36; // the height of the lower one
const APART = 62; // pixels between two ticks, at least about

export class Axes {
  // The frame of a plot: `ranges` are the intervals that are shown along it, one or two, and `names` are theirs.
  constructor(plot) {
    this.plot = plot;
    this.ranges = [];
    this.words = () => ""; // what is said of the place of the pointer besides its coordinates
    this.left = svg("svg", { class: "tx-axes tx-axis-left", width: LEFT, "aria-hidden": "true" });
    this.below = svg("svg", { class: "tx-axes tx-axis-below", height: BELOW, "aria-hidden": "true" });
    this.where = html("p", { class: "tx-note tx-where" });
    this.element = html("div", { class: "tx-framed" }, this.left, plot, this.below, this.where);
    new ResizeObserver(() => this.draw()).observe(plot);
    plot.addEventListener("pointermove", (event) => this.tell(event));
    plot.addEventListener("pointerleave", () => (this.where.textContent = ""));
  }

  show(ranges, names) {
    this.ranges = ranges;
    this.names = names;
    this.draw();
  }

  draw() {
    const { clientWidth, clientHeight } = this.plot;
    if (!this.ranges.length || !clientWidth) return;
    this.below.setAttribute("width", clientWidth);
    this.left.setAttribute("height", clientHeight);
    this.below.replaceChildren(axis(this.ranges[0], this.names[0], clientWidth, false));
    this.left.replaceChildren();
    if (this.ranges.length > 1) {
      const marks = axis(this.ranges[1], this.names[1], clientHeight, true);
      marks.setAttribute("transform", `translate(${LEFT} 0)`);
      this.left.append(marks);
    }
  }

  tell(event) {
    const box = this.plot.getBoundingClientRect();
    const shares = [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
    if (shares.some((share) => share < 0 || share > 1)) return;
    const texts = this.ranges.map((range, k) => `${this.names[k]} = ${numberAt(range, shares[k])}`);
    this.where.textContent = texts.join(", ") + this.words(shares);
  }

  // The same axes as elements for a picture in which the plot has this size; its lower left corner is the origin.
  marks(width, height) {
    const found = [axis(this.ranges[0], this.names[0], width, false)];
    found[0].setAttribute("transform", `translate(0 ${height})`);
    return this.ranges.length > 1 ? [...found, axis(this.ranges[1], this.names[1], height, true)] : found;
  }
}

// An axis of some length along the lower or the left side of a plot.
function axis(range, name, length, isLeft) {
  const { places, texts, origin } = ticks(range, Math.max(2, Math.floor(length / APART)));
  const at = (share) => (isLeft ? (1 - share) * length : share * length).toFixed(1);
  const marks = places.map((share, k) => svg("g", { transform: isLeft ? `translate(0 ${at(share)})` : `translate(${at(share)} 0)` },
    svg("line", isLeft ? { x1: -4, x2: 0 } : { y1: 0, y2: 4 }),
    isLeft ? svg("text", { x: -7, y: 3.5, "text-anchor": "end", text: texts[k] })
      : svg("text", { y: 16, "text-anchor": anchor(share), text: texts[k] })));
  const whole = origin === null ? name : `${name} − ${origin}`;
  const most = Math.max(8, Math.floor(length / 7));
  const label = svg("text", { class: "tx-axis-name", "text-anchor": "middle",
    text: shortened(whole, most),
    transform: isLeft ? `translate(-55 ${length / 2}) rotate(-90)` : `translate(${length / 2} 31)` });
  return svg("g", { class: "tx-ticks" }, marks, label);
}

const anchor = (share) => (share < 0.03 ? "start" : share > 0.97 ? "end" : "middle");
