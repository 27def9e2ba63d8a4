// The cells of a sphere that is seen from outside.
import { STAGE } from "./stage.js";

// The part of a cell of the sphere in front: where it goes behind, the rim is followed to where it comes back.
export function inFront(points, radius) {
  const start = points.findIndex(([, , depth], k) => depth >= 0 && points.at(k - 1)[2] < 0);
  if (start < 0) return points[0][2] >= 0 ? points : [];
  const order = [...points.slice(start), ...points.slice(0, start)];
  const visible = order.slice(0, order.findIndex(([, , depth]) => depth < 0));
  const angle = ([x, y, d], [u, v, e]) => {
    const t = d / (d - e);
    return Math.atan2(y + t * (v - y) - STAGE / 2, x + t * (u - x) - STAGE / 2);
  };
  const from = angle(visible.at(-1), order[visible.length]);
  const turn = angle(order[0], order.at(-1)) - from;
  const way = Math.atan2(Math.sin(turn), Math.cos(turn));
  const steps = Math.ceil(Math.abs(way) / 0.1) + 1;
  const rim = [...Array(steps + 1).keys()].map((k) => from + (way * k) / steps);
  return [...visible, ...rim.map((a) => [STAGE / 2 + radius * Math.cos(a), STAGE / 2 + radius * Math.sin(a), 0])];
}
