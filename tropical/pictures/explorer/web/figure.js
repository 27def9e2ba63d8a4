// Pictures as files that need no style sheet: a plot with its title, its axes and its legend.
import { BELOW, LEFT } from "./axes.js";
import { svg } from "./dom.js";
import { legend } from "./legend.js";

const SIDE = 520; // of a plot
const GAP = 16;
const MOST_IN_LINE = 78; // letters of a subtitle
const PAINTED = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "opacity",
  "stroke-linecap", "stroke-linejoin", "paint-order", "vector-effect", "font-family", "font-size", "font-weight", "text-anchor",
  "dominant-baseline", "shape-rendering"];

// The text of a figure: { pictures, axes, title, subtitle, entries, scale }. The pictures lie on one another, the first
// below; axes may be missing.
export function figureText({ pictures, axes, title, subtitle, entries = [], scale = null }) {
  const pane = pictures[0].closest(".tx-pane");
  const left = axes?.ranges.length > 1 ? LEFT + GAP : GAP;
  const lines = subtitle ? linesOfText(subtitle) : [];
  const top = (title ? 26 : 8) + 16 * lines.length + (lines.length ? 4 : 0);
  const plots = pictures.map((picture) => plot(picture, left, top));
  const key = entries.length || scale ? legend(entries, scale, SIDE, "figure") : null;
  const below = top + SIDE + (axes ? BELOW : 0) + GAP;
  const parts = [
    ...plots,
    axes ? svg("g", { transform: `translate(${left} ${top})` }, svg("rect", { width: SIDE, height: SIDE, class: "tx-frame" }),
      axes.marks(SIDE, SIDE)) : null,
    title ? svg("text", { x: left, y: 20, class: "tx-figure-title", text: title }) : null,
    ...lines.map((text, k) => svg("text", { x: left, y: 38 + 16 * k, class: "tx-figure-subtitle", text })),
  ];
  if (key) {
    key.setAttribute("x", left);
    key.setAttribute("y", below);
    parts.push(key);
  }
  const height = below + (key ? Number(key.getAttribute("height")) + 8 : 0);
  const width = left + SIDE + GAP;
  const whole = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "tx-figure", width, height }, parts);
  pane.append(whole);
  const text = standalone(whole);
  whole.remove();
  return text;
}

// A text in lines that are not longer than a plot, about.
function linesOfText(text) {
  const found = [""];
  for (const word of text.split(" ")) {
    if (found.at(-1).length + word.length > MOST_IN_LINE) found.push("");
    found.push(`${found.pop()} ${word}`.trim());
  }
  return found;
}

function plot(picture, x, y) {
  const copy = picture.cloneNode(true);
  for (const [name, value] of Object.entries({ x, y, width: SIDE, height: SIDE })) copy.setAttribute(name, value);
  return copy;
}

// The text of a picture in the page with all its style, on the ground that it has there.
function standalone(picture) {
  const copy = picture.cloneNode(true);
  const [from, to] = [picture, copy].map((root) => [root, ...root.querySelectorAll("*")]);
  const hidden = from.map((element, i) => {
    const style = getComputedStyle(element);
    for (const name of PAINTED) to[i].setAttribute(name, style.getPropertyValue(name));
    return style.display === "none" && !element.closest("title, defs") ? to[i] : null;
  });
  for (const element of hidden) element?.remove();
  const { width, height } = picture.viewBox.baseVal;
  const ground = getComputedStyle(picture.closest(".tropical-explore")).getPropertyValue("--tx-paper");
  copy.prepend(svg("rect", { width, height, fill: ground.trim() }));
  copy.setAttribute("xmlns", copy.namespaceURI);
  return new XMLSerializer().serializeToString(copy);
}
