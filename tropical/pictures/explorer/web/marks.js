// Marks of data points with labels: one shape for each label, as many as there are; and where the numbers of points go.
import { svg } from "./dom.js";

const SHAPES = [
  (r) => svg("circle", { r }),
  (r) => svg("rect", { x: -0.9 * r, y: -0.9 * r, width: 1.8 * r, height: 1.8 * r }),
  (r) => polygon(r, [[0, -1.25], [1.15, 0], [0, 1.25], [-1.15, 0]]),
  (r) => polygon(r, [[0, -1.2], [1.15, 0.9], [-1.15, 0.9]]),
  (r) => polygon(r, [[0, 1.2], [1.15, -0.9], [-1.15, -0.9]]),
  (r) => polygon(r, [[-0.4, -1.2], [0.4, -1.2], [0.4, -0.4], [1.2, -0.4], [1.2, 0.4], [0.4, 0.4], [0.4, 1.2], [-0.4, 1.2],
    [-0.4, 0.4], [-1.2, 0.4], [-1.2, -0.4], [-0.4, -0.4]]),
];

const polygon = (r, points) => svg("polygon", { points: points.map(([x, y]) => `${x * r},${y * r}`).join(" ") });

// The mark of the label with a number, around the origin.
export function mark(number, r) {
  const found = SHAPES[number % SHAPES.length](r);
  found.setAttribute("class", number < SHAPES.length ? "tx-mark" : "tx-mark tx-full");
  return found;
}

// Where texts of these widths go that name marks at some places: beside their own mark, over no other mark or text; null
// where there is no such place.
export function placed(places, radius, widths, height, side) {
  const taken = places.map(([x, y]) => [x - radius, y - radius, x + radius, y + radius]);
  return places.map(([x, y], i) => {
    const [w, gap] = [widths[i], radius + 2];
    const spots = [[gap, -gap], [gap, gap], [-gap - w, -gap], [-gap - w, gap], [gap, 0], [-gap - w, 0], [-w / 2, -gap - height / 2],
      [-w / 2, gap + height / 2]];
    for (const [dx, dy] of spots) {
      const box = [x + dx, y + dy - height / 2, x + dx + w, y + dy + height / 2];
      if (box[0] < 0 || box[1] < 0 || box[2] > side || box[3] > side) continue;
      if (taken.some((own, j) => j !== i && meets(own, box))) continue;
      taken.push(box);
      return [dx, dy];
    }
    return null;
  });
}

const meets = ([a, b, c, d], [e, f, g, h]) => a < g && e < c && b < h && f < d;
