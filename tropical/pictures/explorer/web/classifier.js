// The classifier of a parameter: Theta has rows of integers (c, a_1, ..., a_d); the first n are the terms of g.
import { dehomogeneous, dot, isZero, minus, primitive, same } from "./exact.js";

export const parameterRows = (texts) => texts.map((row) => row.map(BigInt));

// The unit in which a parameter of any size is drawn.
export function largestEntry(theta) {
  return theta.flat().reduce((best, entry) => (entry > best ? entry : -entry > best ? -entry : best), 1n);
}

// The terms that are largest at a point.
export function winners(theta, point) {
  const values = theta.map((form) => dot(form, point));
  const best = values.reduce((a, b) => (b > a ? b : a));
  return values.flatMap((value, i) => (value === best ? [i] : []));
}

// The part of a convex polygon, a cycle of points, on which a form is not negative.
export function clipped(polygon, form) {
  const values = polygon.map((point) => dot(form, point));
  const found = [];
  polygon.forEach((point, i) => {
    const j = (i + 1) % polygon.length;
    const [here, there] = [values[i], values[j]];
    if (here >= 0n) found.push(point);
    if ((here > 0n && there < 0n) || (here < 0n && there > 0n)) {
      const [up, down] = here > 0n ? [here, -there] : [-here, there];
      found.push(primitive(point.map((entry, k) => entry * down + polygon[j][k] * up)));
    }
  });
  return found.filter((point, i) => !same(point, found[(i + 1) % found.length]) || found.length === 1);
}

// For every term the convex polygon (an interval in dimension 1) of the window on which it is largest; may be empty.
export function regions(theta, window) {
  return theta.map((own, i) =>
    theta.reduce((part, other, j) => (i === j || !part.length ? part : clipped(part, minus(own, other))), window),
  );
}

// The decision boundary {g = h} in the window: cells [i, j, points] with a term i of g and j of h that are both largest.
// A cell has two points, one in dimension 1, or is a polygon if the two terms are equal.
export function decisionBoundary(theta, nPositive, window) {
  const parts = regions(theta, window);
  const cells = [];
  for (let i = 0; i < nPositive; i++) {
    for (let j = nPositive; j < theta.length; j++) {
      const form = minus(theta[i], theta[j]);
      const points = isZero(form) ? parts[i] : parts[i].filter((point) => dot(form, point) === 0n);
      if (points.length < window[0].length - 1) continue;
      if (!cells.some(([, , own]) => own.length === points.length && points.every((p) => own.some((q) => same(p, q)))))
        cells.push([i, j, points]);
    }
  }
  return cells;
}

export const coordinates = (point) => dehomogeneous(point);

// The dual subdivision: its vertices are the essential terms, its edges pairs of them. An edge is dual to a set of
// points, of dimension d - 1, where all terms of a collinear set are largest; its ends are the outermost of them. It is
// [end, end, the set].
export function dualSubdivision(theta) {
  const edges = new Map();
  for (let i = 0; i < theta.length; i++) {
    for (let j = i + 1; j < theta.length; j++) {
      const tied = tiedSet(theta, i, j);
      if (!tied) continue;
      const along = minus(theta[j], theta[i]).slice(1);
      const heights = tied.map((k) => dot(along, theta[k].slice(1)));
      const [low, high] = [least(heights), least(heights.map((h) => -h))].map((value, side) =>
        tied.filter((_, k) => heights[k] === (side ? -value : value)),
      );
      for (const a of low) for (const b of high) edges.set(`${Math.min(a, b)},${Math.max(a, b)}`, [Math.min(a, b), Math.max(a, b), tied]);
    }
  }
  const vertices = new Set([...edges.values()].flatMap(([a, b]) => [a, b]));
  if (!vertices.size) winners(theta, [1n, ...theta[0].slice(1).map(() => 0n)]).forEach((i) => vertices.add(i));
  return { vertices: [...vertices].sort((a, b) => a - b), edges: [...edges.values()] };
}

const least = (values) => values.reduce((a, b) => (b < a ? b : a));

// All terms that equal i and j where both are largest, if that has dimension d - 1; else null.
function tiedSet(theta, i, j) {
  const form = minus(theta[i], theta[j]);
  const normal = form.slice(1);
  if (isZero(normal)) return null;
  const [base, direction] = hyperplane(form);
  let [low, high] = [null, null]; // bounds of t as [top, bottom], bottom > 0, for base + t direction
  const tied = [];
  for (let k = 0; k < theta.length; k++) {
    const gap = minus(theta[i], theta[k]);
    const at = dot(gap, base);
    const slope = direction ? dot(gap, direction) : 0n;
    if (slope === 0n) {
      if (at < 0n) return null;
      if (at === 0n) tied.push(k);
    } else if (slope > 0n) {
      if (!low || -at * low[1] > low[0] * slope) low = [-at, slope];
    } else if (!high || at * high[1] < high[0] * -slope) high = [at, -slope];
  }
  return low && high && low[0] * high[1] >= high[0] * low[1] ? null : tied;
}

// A point of {form = 0}, and in the plane its direction (0, -b, a).
function hyperplane([c, a, b]) {
  if (b === undefined) return [a > 0n ? [a, -c] : [-a, c], null];
  return [[a * a + b * b, -c * a, -c * b], [0n, -b, a]];
}

// The numbers of regions where g > h and where g < h: components of the terms of one sign under the dual edges on which
// all terms have that sign.
export function regionCounts(theta, nPositive) {
  const { vertices, edges } = dualSubdivision(theta);
  const parent = new Map(vertices.map((v) => [v, v]));
  const find = (v) => (parent.get(v) === v ? v : find(parent.get(v)));
  const sign = (v) => v < nPositive;
  for (const [a, b, tied] of edges) if (tied.every((k) => sign(k) === sign(a))) parent.set(find(a), find(b));
  const equal = (a, b) => same(theta[a], theta[b]);
  for (const a of vertices) for (const b of vertices) if (equal(a, b) && sign(a) === sign(b)) parent.set(find(a), find(b));
  const free = vertices.filter((v) => !vertices.some((u) => sign(u) !== sign(v) && equal(u, v)));
  const roots = (positive) => new Set(free.filter((v) => sign(v) === positive).map(find)).size;
  return [roots(true), roots(false)];
}
