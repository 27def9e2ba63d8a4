// Legends as pictures, the same in the page and in exported files. An entry is { fill, line, mark, text }: a filled
// box, a line { color, dashes, width, opacity } or a mark (an element around the origin) before a text. A scale is
// { stops, texts, title }: colors from left to right, and what is written under its ends.
import { shortened, svg } from "./dom.js";

const ROW = 20;
const PER_MARK = 7.7; // pixels that a digit takes; letters take less in the mean
const SCALE = [180, 12];

// The legend in a width of pixels, with its height as data.
export function legend(entries, scale, width, name) {
  const parts = [];
  let [x, y] = [0, 0];
  if (scale) {
    parts.push(bar(scale, name));
    [x, y] = [Math.max(SCALE[0], scale.title.length * PER_MARK) + 24, 0];
    if (entries.length && x + 120 > width) [x, y] = [0, 2.6 * ROW];
  }
  const start = x;
  for (const entry of entries) {
    const text = shortened(entry.text, Math.floor((width - start - 40) / PER_MARK));
    const own = 26 + text.length * PER_MARK + 14;
    if (x > start && x + own > width) [x, y] = [start, y + ROW];
    const whole = text === entry.text ? null : svg("title", { text: entry.text });
    parts.push(svg("g", { transform: `translate(${x} ${y})` }, sample(entry), svg("text", { x: 28, y: 13, text }, whole)));
    x += own;
  }
  const height = Math.max(y + ROW, scale ? 2.6 * ROW : 0);
  return svg("svg", { class: "tx-key", viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": "legend" }, parts);
}

function sample({ fill, line, mark }) {
  if (fill) return svg("rect", { x: 2, y: 3, width: 20, height: 12, rx: 2, fill, class: "tx-key-box" });
  if (line) return svg("g", {}, svg("rect", { y: 2, width: 24, height: 14, rx: 2, class: "tx-key-ground" }),
    svg("line", { x1: 0, x2: 24, y1: 9, y2: 9, stroke: line.color, "stroke-width": line.width,
      "stroke-dasharray": line.dashes || null, "stroke-opacity": line.opacity ?? 1 }));
  return svg("g", { transform: "translate(12 9)" }, mark);
}

function bar({ stops, texts, title }, name) {
  const id = `tx-scale-${name}`;
  const [width, height] = SCALE;
  const [low, high] = texts;
  return svg("g", {}, svg("defs", {}, svg("linearGradient", { id },
    stops.map((color, k) => svg("stop", { offset: k / (stops.length - 1), "stop-color": color })))),
    svg("text", { x: 0, y: 11, text: title }),
    svg("rect", { y: 17, width, height, fill: `url(#${id})` }),
    svg("text", { x: 0, y: 42, text: low }), svg("text", { x: width, y: 42, "text-anchor": "end", text: high }));
}
